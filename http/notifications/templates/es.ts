import type { NotificationTexts } from "./texts.ts";

export const es: NotificationTexts = {
  subjects: {
    confirmed: (order) => `Su pedido ${order} está confirmado`,
    shipped: (order) => `Su pedido ${order} está en camino`,
    out_for_delivery: (order) => `Su paquete llega hoy (pedido ${order})`,
    delivered: (order) => `Su paquete ha llegado (pedido ${order})`,
    delayed: (order) => `Su paquete se retrasa (pedido ${order})`,
    exception: (order) => `Hay un problema con su paquete (pedido ${order})`,
    attempt_failed: (order) => `Su paquete no se pudo entregar hoy (pedido ${order})`,
    ready_for_pickup: (order) => `Su paquete está listo para recoger (pedido ${order})`,
  },
  confirmed: {
    title: "Su pedido está confirmado",
    text: "Gracias. Tenemos todo lo que ha pedido y le avisaremos en cuanto salga.",
  },
  shipped: {
    title: "Su paquete ha salido",
    text: (carrier) =>
      `Lo hemos entregado ${
        carrier === undefined ? "al transportista" : `a ${carrier}`
      }. Puede seguir su camino.`,
  },
  greeting: (name) => name === undefined ? "Hola:" : `Hola, ${name}:`,
  newDay: (day) => `Ahora se espera para el ${day}.`,
  track: "Seguir su paquete",
  contents: "De qué se trata",
  moreLines: (count) => count === 1 ? "y 1 artículo más" : `y ${count} artículos más`,
  why: (shop) => `Recibe este mensaje porque ha comprado en ${shop}.`,
  preferences: "Elegir qué le comunicamos",
  unsubscribe: "No más mensajes",
  page: {
    title: "Qué le comunicamos",
    intro: (shop) => `Elija qué mensajes le envía ${shop} sobre pedidos y paquetes.`,
    channels: { email: "Por correo electrónico", sms: "Por SMS" },
    topics: { orders: "Pedidos", parcels: "Paquetes", problems: "Problemas" },
    milestones: {
      confirmed: "Su pedido está confirmado",
      shipped: "Su paquete ha salido",
      out_for_delivery: "Llega hoy",
      delivered: "Ha llegado",
      delayed: "Se retrasa",
      exception: "Algo salió mal",
      attempt_failed: "No había nadie",
      ready_for_pickup: "Está listo para recoger",
    },
    save: "Guardar",
    saved: "Guardado.",
    paused:
      "Ahora mismo no podemos guardarlo porque estamos trabajando en nuestro sistema. Inténtelo otra vez dentro de unos minutos.",
    nobody: "No tenemos ni correo electrónico ni teléfono para este pedido: no hay nada que elegir.",
    stopTitle: "¿No más mensajes?",
    stopText: "No enviaremos más mensajes sobre pedidos y paquetes a esta dirección.",
    stop: "No enviar más mensajes",
    stopped: "No recibirá más mensajes de este tipo.",
    push: {
      title: "En este navegador",
      hint: "El navegador le muestra lo que pasa con este pedido, también cuando esta página está cerrada.",
      on: "Avisarme en este navegador",
      off: "No avisarme más en este navegador",
      isOn: "Este navegador recibe avisos.",
      isOff: "Este navegador no recibe avisos.",
      denied: "Su navegador no permite notificaciones de esta página.",
      failed: "No ha funcionado. Inténtelo más tarde, por favor.",
    },
    back: "A su paquete",
  },
};
