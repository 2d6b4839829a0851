import { requestsDe as requests } from "./requests/de.ts";
import type { Texts } from "./texts.ts";

export const de: Texts = {
  languageName: "Deutsch",
  statuses: {
    unknown: {
      title: "Noch keine Nachricht",
      next: "Der Zusteller hat uns noch nichts Brauchbares gemeldet. Sobald er es tut, steht es hier.",
    },
    pre_transit: {
      title: "Etikett erstellt",
      next: "Ihr Paket wird vorbereitet. Der Zusteller erfasst es, sobald es übergeben ist.",
    },
    in_transit: {
      title: "Unterwegs",
      next: "Ihr Paket reist von Depot zu Depot, bis es in Ihrer Nähe ist, und kommt dann in die Zustellung.",
    },
    out_for_delivery: {
      title: "In Zustellung",
      next: "Ihr Paket ist im Zustellfahrzeug und kommt heute.",
    },
    delivery_attempted: {
      title: "Zustellversuch",
      next: "Der Zusteller versucht es noch einmal oder hinterlegt Ihr Paket an einer Abholstelle.",
    },
    available_for_pickup: {
      title: "Abholbereit",
      next: "Bitte holen Sie Ihr Paket bald ab und bringen Sie einen Ausweis mit. Sonst geht es zurück.",
    },
    delivered: {
      title: "Zugestellt",
      next: "Viel Freude damit! Wenn etwas nicht stimmt, sagen Sie uns bitte Bescheid.",
    },
    exception: {
      title: "Aufgehalten",
      next: "Der Zusteller muss ein Problem lösen, bevor Ihr Paket weiterreist.",
    },
    return_to_sender: {
      title: "Auf dem Rückweg zu uns",
      next: "Sobald es wieder bei uns ist, melden wir uns wegen einer neuen Lieferung oder einer Erstattung.",
    },
    expired: {
      title: "Lange keine Nachricht",
      next:
        "Der Zusteller hat dieses Paket seit Wochen nicht erfasst. Wenn Sie es nicht haben, melden Sie sich bitte.",
    },
    cancelled: {
      title: "Storniert",
      next: "Dieses Etikett wurde storniert; unter dieser Nummer wird nichts versendet.",
    },
  },
  subStatuses: {
    unknown: {},
    pre_transit: { label_created: ["Etikett erstellt"] },
    in_transit: {
      accepted: ["Dem Zusteller übergeben"],
      arrived_at_facility: ["In einem Depot angekommen"],
      departed_facility: ["Hat ein Depot verlassen"],
      processing: ["Wird sortiert"],
      customs_cleared: ["Vom Zoll freigegeben"],
      forwarded: ["Weitergeleitet"],
      delivery_scheduled: ["Zustellung geplant"],
      rescheduled: ["Zustellung verschoben"],
      edd_updated: ["Voraussichtliche Zustellung geändert"],
    },
    out_for_delivery: {},
    delivery_attempted: {
      notice_left: [
        "Niemand konnte es annehmen; eine Karte wurde hinterlassen",
        "Auf der Karte steht, was Sie tun können: einen anderen Tag wählen oder es abholen.",
      ],
      not_home: [
        "Niemand war zu Hause",
        "Meist versucht es der Zusteller am nächsten Werktag wieder. Oft können Sie bei ihm einen anderen Tag oder Ort wählen.",
      ],
      business_closed: [
        "Das Geschäft war geschlossen",
        "Der Zusteller versucht es an einem Werktag wieder. Oft können Sie bei ihm einen anderen Tag wählen.",
      ],
      access_restricted: [
        "Der Zusteller kam nicht bis zur Tür",
        "Bitte sagen Sie dem Zusteller, wie er Sie erreicht: ein Code, ein Tor, ein Name an der Klingel.",
      ],
      final: [
        "Der letzte Versuch ist gescheitert",
        "Es gibt keinen weiteren Versuch: Das Paket kann abgeholt werden, oder es geht zurück.",
      ],
    },
    available_for_pickup: {},
    delivered: {
      safe_place: [
        "An einem sicheren Ort abgelegt",
        "Bitte sehen Sie dort nach, wo bei Ihnen Pakete abgelegt werden.",
      ],
      neighbour: [
        "Bei Nachbarn abgegeben",
        "Bitte fragen Sie Ihre Nachbarn oder sehen Sie nach einer Karte.",
      ],
      reception: [
        "Am Empfang abgegeben",
        "Bitte fragen Sie am Empfang oder in der Poststelle Ihrer Adresse.",
      ],
      locker: [
        "In ein Schließfach gelegt",
        "Bitte leeren Sie das Fach bald; den Code schickt der Zusteller.",
      ],
      partial: ["Teilweise zugestellt", "Etwas fehlt. Wir fragen den Zusteller, wo der Rest ist."],
      damaged: [
        "Beschädigt zugestellt",
        "Bitte heben Sie die Verpackung auf, machen Sie ein Foto und melden Sie sich: Wir bringen es in Ordnung.",
      ],
    },
    exception: {
      delayed: ["Verspätet", "Der Zusteller ist in Verzug. Ihr Paket reist so bald wie möglich weiter."],
      weather: [
        "Durch das Wetter verspätet",
        "Es geht weiter, sobald Straßen und Flughäfen wieder frei sind.",
      ],
      carrier_mechanical: [
        "Durch eine Panne verspätet",
        "Der Zusteller lädt Ihr Paket in ein anderes Fahrzeug.",
      ],
      capacity: ["Durch zu viele Pakete verspätet", "Es geht weiter, sobald Platz ist."],
      held: ["Vom Zusteller angehalten", "Der Zusteller behält es, bis eine Frage geklärt ist."],
      customs_held: ["Beim Zoll", "Der Zoll prüft es. Das kann einige Tage dauern."],
      customs_documentation: [
        "Der Zoll braucht Unterlagen",
        "Wir schicken dem Zoll, was fehlt. Sie brauchen nichts zu tun.",
      ],
      customs_duties_unpaid: [
        "Abgaben sind zu zahlen",
        "Der Zoll gibt es frei, wenn die Abgaben bezahlt sind. Zahlen Sie nur auf der Seite des Zustellers oder nach seinem Brief.",
      ],
      address_issue: [
        "Etwas stimmt mit der Adresse nicht",
        "Wir klären die Adresse mit dem Zusteller. Wenn sie falsch war, sagen Sie uns bitte Bescheid.",
      ],
      action_required: [
        "Der Zusteller braucht etwas von Ihnen",
        "Bitte sehen Sie auf der Seite des Zustellers nach.",
      ],
      damaged: [
        "Unterwegs beschädigt",
        "Wir klären, wie schlimm es ist, und ersetzen oder erstatten, was kaputt ist.",
      ],
      misrouted: [
        "Falsch geleitet",
        "Der Zusteller schickt es in das richtige Depot. Das kostet einige Tage.",
      ],
      lost: [
        "Vom Zusteller verloren",
        "Das tut uns leid. Wir senden es noch einmal oder erstatten den Betrag.",
      ],
      disposed: [
        "Vom Zusteller vernichtet",
        "Das tut uns leid. Wir senden es noch einmal oder erstatten den Betrag.",
      ],
      undeliverable: ["Nicht zustellbar", "Wir klären den Grund und melden uns."],
      seized: ["Von Behörden einbehalten", "Es wird nicht zugestellt. Bitte melden Sie sich bei uns."],
    },
    return_to_sender: {
      refused: ["Die Annahme wurde verweigert"],
      unclaimed: ["Niemand hat es abgeholt"],
      moved: ["Der Empfänger ist umgezogen"],
      undeliverable: ["Es konnte nicht zugestellt werden"],
      returned: ["Wieder bei uns", "Wir melden uns wegen einer neuen Lieferung oder einer Erstattung."],
    },
    expired: {},
    cancelled: {},
  },
  whoseMove: {
    none: "Sie brauchen nichts zu tun.",
    customer: "Bitte werden Sie tätig",
    merchant: "Wir kümmern uns darum.",
    carrier: "Der Zusteller kümmert sich darum.",
  },
  steps: {
    announced: "Etikett erstellt",
    moving: "Unterwegs",
    out: "In Zustellung",
    pickup: "Abholbereit",
    delivered: "Zugestellt",
    returning: "Auf dem Rückweg",
    returned: "Wieder bei uns",
  },
  stepStates: { done: "erledigt", current: "jetzt", stopped: "hier angehalten", ahead: "kommt noch" },
  delays: {
    not_handed_over: "Es wurde dem Zusteller noch nicht übergeben, später als geplant.",
    no_movement: "Es wurde länger als üblich nicht erfasst.",
    eta_slipped: "Der Zusteller rechnet mit einer späteren Zustellung als zuerst.",
    promise_missed: "Es sollte schon bei Ihnen sein. Das tut uns leid.",
    stuck_customs: "Es liegt länger als üblich beim Zoll.",
    pickup_ageing: "Es wartet seit einigen Tagen auf Sie und geht zurück, wenn es niemand abholt.",
  },
  page: {
    title: (status) => `${status} – Ihr Paket`,
    order: (number) => `Bestellung ${number}`,
    progress: "Fortschritt",
    expected: "Voraussichtliche Zustellung",
    awaited: "Die letzte Schätzung ist verstrichen. Eine neue steht noch aus.",
    delayed: "Es verspätet sich",
    delayedSince: (when) => `Verspätet seit ${when}`,
    whatNext: "Wie es weitergeht",
    history: "Verlauf",
    noHistory: "Der Zusteller hat dieses Paket noch nicht erfasst.",
    olderEvents: {
      one: (count) => `${count} frühere Meldung`,
      other: (count) => `${count} frühere Meldungen`,
    },
    timesAreLocal: "Die Zeiten gelten am Ort des Geschehens; die Zeitzone steht jeweils dabei.",
    localTime: "Ortszeit",
    wordsOf: (carrier) => `${carrier ?? "Der Zusteller"} meldet:`,
    journey: "Reiseweg",
    mapOf: (places) => `Karte des Reisewegs: ${places}`,
    parcel: "Ihr Paket",
    contents: "In diesem Paket",
    moreLines: {
      one: (count) => `und ${count} weiterer Artikel`,
      other: (count) => `und ${count} weitere Artikel`,
    },
    carrier: "Zusteller",
    otherCarrier: "Anderer Zusteller",
    trackingNumber: "Sendungsnummer",
    language: "Sprache",
    legal: "Impressum",
    live: "Diese Seite aktualisiert sich von selbst.",
    reload: "Laden Sie diese Seite neu, um zu sehen, was es Neues gibt.",
    news: (status) => `Neu: ${status}`,
    unknownTitle: "Wir finden dieses Paket nicht",
    unknownText:
      "Der Link ist unvollständig oder nicht mehr gültig. Bitte öffnen Sie ihn noch einmal aus unserer Nachricht.",
    calendar: "In den Kalender eintragen",
    calendarEntry: (shop) => `Paket von ${shop}`,
    downTitle: "Wir können dieses Paket gerade nicht zeigen",
    downText:
      "Wir arbeiten daran, und das Paket reist unterdessen weiter. Bitte laden Sie diese Seite gleich noch einmal.",
  },
  help: {
    title: "Hilfe zu diesem Paket",
    carrierPage: (carrier) => `Auf der Seite von ${carrier} ansehen`,
    options: (carrier) => `Zustelloptionen bei ${carrier}`,
    optionsHint: (carrier) =>
      `Wenn ${carrier} es für dieses Paket anbietet, wählen Sie dort einen anderen Tag oder eine Abholstelle.`,
    contact: (shop) => `${shop} kontaktieren`,
    contactSubject: (parcel) => `Zu ${parcel}`,
  },
  requests,
};
