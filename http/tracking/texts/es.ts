import { requestsEs as requests } from "./requests/es.ts";
import type { Texts } from "./texts.ts";

export const es: Texts = {
  languageName: "Español",
  statuses: {
    unknown: {
      title: "Aún sin noticias",
      next: "El transportista todavía no nos ha comunicado nada útil. En cuanto lo haga, aparecerá aquí.",
    },
    pre_transit: {
      title: "Etiqueta creada",
      next: "Estamos preparando su paquete. El transportista lo registra cuando se le entrega.",
    },
    in_transit: {
      title: "En camino",
      next: "Su paquete pasa de un centro a otro hasta llegar cerca de usted y después sale a reparto.",
    },
    out_for_delivery: { title: "En reparto", next: "El repartidor tiene su paquete y lo lleva hoy." },
    delivery_attempted: {
      title: "Intento de entrega",
      next: "El transportista volverá a intentarlo o dejará su paquete en un punto de recogida.",
    },
    available_for_pickup: {
      title: "Listo para recoger",
      next: "Recoja pronto su paquete con un documento de identidad. Si nadie lo recoge, nos lo devuelven.",
    },
    delivered: { title: "Entregado", next: "¡Que lo disfrute! Si algo no está bien, díganoslo." },
    exception: {
      title: "Detenido",
      next: "El transportista tiene que resolver un problema antes de que su paquete siga.",
    },
    return_to_sender: {
      title: "De vuelta a nosotros",
      next: "Cuando llegue, nos pondremos en contacto para un nuevo envío o un reembolso.",
    },
    expired: {
      title: "Sin noticias desde hace tiempo",
      next: "El transportista no registra este paquete desde hace semanas. Si no lo tiene, contáctenos.",
    },
    cancelled: {
      title: "Cancelado",
      next: "Esta etiqueta se canceló: no se enviará nada con este número.",
    },
  },
  subStatuses: {
    unknown: {},
    pre_transit: { label_created: ["Etiqueta creada"] },
    in_transit: {
      accepted: ["Entregado al transportista"],
      arrived_at_facility: ["Llegó a un centro logístico"],
      departed_facility: ["Salió de un centro logístico"],
      processing: ["En clasificación"],
      customs_cleared: ["Despachado de aduana"],
      forwarded: ["Reenviado"],
      delivery_scheduled: ["Entrega programada"],
      rescheduled: ["Entrega aplazada"],
      edd_updated: ["Cambió la fecha prevista de entrega"],
    },
    out_for_delivery: {},
    delivery_attempted: {
      notice_left: [
        "Nadie pudo recibirlo; se dejó un aviso",
        "El aviso dice qué hacer: elegir otro día o recogerlo.",
      ],
      not_home: [
        "No había nadie en casa",
        "El transportista suele volver el siguiente día laborable. A menudo puede elegir con él otro día u otro lugar.",
      ],
      business_closed: [
        "El negocio estaba cerrado",
        "El transportista volverá un día laborable. A menudo puede elegir con él otro día.",
      ],
      access_restricted: [
        "El repartidor no pudo llegar a la puerta",
        "Diga al transportista cómo encontrarle: un código, una verja, un nombre en el timbre.",
      ],
      final: [
        "Falló el último intento",
        "No habrá otro intento: el paquete puede recogerse o nos lo devuelven.",
      ],
    },
    available_for_pickup: {},
    delivered: {
      safe_place: [
        "Dejado en un lugar seguro",
        "Mire donde suelen dejarse los paquetes en su dirección.",
      ],
      neighbour: ["Entregado a un vecino", "Pregunte a sus vecinos o busque un aviso."],
      reception: ["Entregado en recepción", "Pregunte en la recepción o en la conserjería de su dirección."],
      locker: ["Dejado en una taquilla", "Vacíe pronto la taquilla; el transportista envía el código."],
      partial: ["Entregado en parte", "Falta algo. Preguntamos al transportista dónde está el resto."],
      damaged: [
        "Entregado con daños",
        "Guarde el embalaje, haga una foto y contáctenos: lo solucionaremos.",
      ],
    },
    exception: {
      delayed: ["Retrasado", "El transportista lleva retraso. Su paquete sigue en cuanto sea posible."],
      weather: [
        "Retrasado por el tiempo",
        "Su paquete sigue cuando reabran las carreteras y los aeropuertos.",
      ],
      carrier_mechanical: [
        "Retrasado por una avería",
        "El transportista pasa su paquete a otro vehículo.",
      ],
      capacity: ["Retrasado por exceso de paquetes", "Su paquete sigue cuando haya sitio."],
      held: ["Retenido por el transportista", "El transportista lo guarda hasta aclarar una cuestión."],
      customs_held: ["Retenido en aduana", "La aduana lo está revisando. Puede tardar unos días."],
      customs_documentation: [
        "La aduana pide documentos",
        "Enviamos a la aduana lo que falta. Usted no tiene que hacer nada.",
      ],
      customs_duties_unpaid: [
        "Hay aranceles por pagar",
        "La aduana lo libera cuando se pagan. Pague solo en la página del transportista o según su carta.",
      ],
      address_issue: [
        "Hay un problema con la dirección",
        "Revisamos la dirección con el transportista. Si estaba mal, díganoslo.",
      ],
      action_required: [
        "El transportista necesita algo de usted",
        "Consulte la página del transportista.",
      ],
      damaged: [
        "Dañado en el camino",
        "Averiguamos el alcance y repondremos o reembolsaremos lo que esté roto.",
      ],
      misrouted: [
        "Enviado por una ruta equivocada",
        "El transportista lo manda al centro correcto. Eso cuesta unos días.",
      ],
      lost: [
        "Perdido por el transportista",
        "Lo sentimos. Lo enviaremos de nuevo o le devolveremos el dinero.",
      ],
      disposed: [
        "Destruido por el transportista",
        "Lo sentimos. Lo enviaremos de nuevo o le devolveremos el dinero.",
      ],
      undeliverable: ["No se puede entregar", "Averiguamos por qué y nos pondremos en contacto."],
      seized: ["Retenido por las autoridades", "No se entregará. Por favor, contáctenos."],
    },
    return_to_sender: {
      refused: ["Fue rechazado"],
      unclaimed: ["Nadie lo recogió"],
      moved: ["El destinatario se mudó"],
      undeliverable: ["No se pudo entregar"],
      returned: [
        "De nuevo con nosotros",
        "Nos pondremos en contacto para un nuevo envío o un reembolso.",
      ],
    },
    expired: {},
    cancelled: {},
  },
  whoseMove: {
    none: "No tiene que hacer nada.",
    customer: "Le toca a usted",
    merchant: "Nos ocupamos nosotros.",
    carrier: "El transportista se ocupa.",
  },
  steps: {
    announced: "Etiqueta creada",
    moving: "En camino",
    out: "En reparto",
    pickup: "Listo para recoger",
    delivered: "Entregado",
    returning: "De vuelta",
    returned: "De nuevo con nosotros",
  },
  stepStates: { done: "hecho", current: "ahora", stopped: "detenido aquí", ahead: "pendiente" },
  delays: {
    not_handed_over: "Aún no se ha entregado al transportista, más tarde de lo previsto.",
    no_movement: "No se ha registrado desde hace más de lo habitual.",
    eta_slipped: "El transportista prevé entregarlo más tarde de lo que dijo.",
    promise_missed: "Ya debería estar con usted. Lo sentimos.",
    stuck_customs: "Lleva en la aduana más de lo habitual.",
    pickup_ageing: "Le espera desde hace unos días y nos lo devuelven si nadie lo recoge.",
  },
  page: {
    title: (status) => `${status} – su paquete`,
    order: (number) => `Pedido ${number}`,
    progress: "Progreso",
    expected: "Entrega prevista",
    awaited: "La última previsión ha vencido. Se espera una nueva.",
    delayed: "Lleva retraso",
    delayedSince: (when) => `Con retraso desde el ${when}`,
    whatNext: "Qué pasa ahora",
    history: "Historial",
    noHistory: "El transportista aún no ha registrado este paquete.",
    olderEvents: { one: (count) => `${count} paso anterior`, other: (count) => `${count} pasos anteriores` },
    timesAreLocal: "Las horas son las del lugar de los hechos; la zona figura junto a cada una.",
    localTime: "hora local",
    wordsOf: (carrier) => `${carrier ?? "El transportista"} dice:`,
    journey: "Recorrido",
    mapOf: (places) => `Mapa del recorrido: ${places}`,
    parcel: "Su paquete",
    contents: "En este paquete",
    moreLines: {
      one: (count) => `y ${count} artículo más`,
      other: (count) => `y ${count} artículos más`,
    },
    carrier: "Transportista",
    otherCarrier: "Otro transportista",
    trackingNumber: "Número de seguimiento",
    language: "Idioma",
    legal: "Aviso legal",
    live: "Esta página se actualiza sola.",
    reload: "Recargue esta página para ver las novedades.",
    news: (status) => `Novedad: ${status}`,
    unknownTitle: "No encontramos este paquete",
    unknownText:
      "El enlace está incompleto o ya no es válido. Ábralo de nuevo desde el mensaje que le enviamos.",
    calendar: "Añadir al calendario",
    calendarEntry: (shop) => `Paquete de ${shop}`,
    downTitle: "Ahora mismo no podemos mostrar este paquete",
    downText:
      "Estamos en ello, y el paquete sigue su camino entretanto. Recargue esta página dentro de un momento.",
  },
  help: {
    title: "Ayuda con este paquete",
    carrierPage: (carrier) => `Ver en la página de ${carrier}`,
    options: (carrier) => `Opciones de entrega en ${carrier}`,
    optionsHint: (carrier) =>
      `Si ${carrier} lo ofrece para este paquete, allí elige otro día o un punto de recogida.`,
    contact: (shop) => `Contactar con ${shop}`,
    contactSubject: (parcel) => `Acerca de ${parcel}`,
  },
  requests,
};
