import type { RequestTexts } from "./texts.ts";

export const requestsEs: RequestTexts = {
  kinds: {
    address_change: {
      title: "Pedir otra dirección",
      hint: "Mientras el transportista no lo tenga, quizá aún podamos cambiarla.",
      intro: "Díganos adónde debe ir el paquete. La página del paquete dirá si todavía se pudo cambiar.",
      asked: "Otra dirección",
    },
    pickup_point: {
      title: "Pedir un punto de recogida",
      hint: "Si el transportista aún puede, haremos que lo lleven allí.",
      intro:
        "Díganos dónde quiere recoger el paquete. La página del paquete dirá si el transportista lo hace.",
      asked: "Un punto de recogida",
    },
    contact: {
      title: "Enviarnos un mensaje",
      intro: "Escriba qué podemos hacer por usted. Ya sabemos de qué paquete se trata.",
      asked: "Su mensaje",
    },
  },
  yours: "Lo que nos ha pedido",
  states: {
    open: "Lo hemos recibido y nos ocupamos de ello.",
    done: "Hecho.",
    declined: "Lo sentimos, no fue posible.",
    replaced: "Desde entonces ha pedido algo más reciente.",
    lapsed: "Era demasiado tarde: el transportista fue más rápido.",
  },
  fields: {
    name: "Nombre",
    line1: "Calle y número",
    line2: "Dirección (línea 2)",
    postalCode: "Código postal",
    city: "Ciudad",
    region: "Provincia o estado",
    country: "País",
    point: "Punto de recogida",
    message: "Mensaje",
    email: "Correo electrónico para nuestra respuesta",
  },
  hints: {
    point: "Su nombre y dirección, como los indica el transportista, o cerca de dónde debe estar.",
    email: "Solo si no debemos usar el de su pedido.",
  },
  optional: "opcional",
  send: "Enviar",
  back: "Volver al paquete",
  readBy: (shop) => `Solo ${shop} lee esto.`,
  wrong: "Compruebe lo que ha escrito",
  faults: {
    missing: "Rellene este campo.",
    tooLong: "Acorte este texto.",
    unreadable: "Esto no se puede leer. Compruébelo.",
  },
  refused: {
    tooLate: "Ya no es posible en este momento. Envíenos mejor un mensaje.",
    tooMany: "Ya nos ha escrito mucho sobre este paquete. Póngase en contacto con nosotros de otra manera.",
    tooFast: "Han sido muchas veces en poco tiempo. Espere un minuto y envíelo otra vez.",
    uncertain: "No sabemos si nos ha llegado. Envíelo otra vez dentro de un momento: cuenta solo una vez.",
    paused:
      "Ahora mismo no podemos recibirlo porque estamos trabajando en nuestro sistema. Envíelo otra vez dentro de unos minutos.",
    elsewhere: "Esto no venía de nuestra página. Envíelo otra vez desde aquí.",
  },
};
