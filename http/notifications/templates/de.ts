import type { NotificationTexts } from "./texts.ts";

export const de: NotificationTexts = {
  subjects: {
    confirmed: (order) => `Ihre Bestellung ${order} ist bestätigt`,
    shipped: (order) => `Ihre Bestellung ${order} ist unterwegs`,
    out_for_delivery: (order) => `Ihr Paket kommt heute (Bestellung ${order})`,
    delivered: (order) => `Ihr Paket ist angekommen (Bestellung ${order})`,
    delayed: (order) => `Ihr Paket verspätet sich (Bestellung ${order})`,
    exception: (order) => `Es gibt ein Problem mit Ihrem Paket (Bestellung ${order})`,
    attempt_failed: (order) => `Ihr Paket konnte heute nicht zugestellt werden (Bestellung ${order})`,
    ready_for_pickup: (order) => `Ihr Paket liegt zur Abholung bereit (Bestellung ${order})`,
  },
  confirmed: {
    title: "Ihre Bestellung ist bestätigt",
    text:
      "Vielen Dank. Wir haben alles, was Sie bestellt haben, und melden uns, sobald es das Haus verlässt.",
  },
  shipped: {
    title: "Ihr Paket ist abgeschickt",
    text: (carrier) =>
      `Wir haben es ${carrier ?? "dem Zusteller"} übergeben. Sie können seinen Weg verfolgen.`,
  },
  greeting: (name) => name === undefined ? "Guten Tag," : `Guten Tag ${name},`,
  newDay: (day) => `Es wird jetzt für ${day} erwartet.`,
  track: "Paket verfolgen",
  contents: "Worum es geht",
  moreLines: (count) => count === 1 ? "und 1 weiterer Artikel" : `und ${count} weitere Artikel`,
  why: (shop) => `Sie erhalten diese Nachricht, weil Sie bei ${shop} bestellt haben.`,
  preferences: "Auswählen, was wir Ihnen mitteilen",
  unsubscribe: "Keine Nachrichten mehr",
  page: {
    title: "Was wir Ihnen mitteilen",
    intro: (shop) => `Wählen Sie, welche Nachrichten ${shop} Ihnen zu Bestellungen und Paketen schickt.`,
    channels: { email: "Per E-Mail", sms: "Per SMS" },
    topics: { orders: "Bestellungen", parcels: "Pakete", problems: "Probleme" },
    milestones: {
      confirmed: "Ihre Bestellung ist bestätigt",
      shipped: "Ihr Paket ist abgeschickt",
      out_for_delivery: "Es kommt heute",
      delivered: "Es ist angekommen",
      delayed: "Es verspätet sich",
      exception: "Etwas ging schief",
      attempt_failed: "Niemand war da",
      ready_for_pickup: "Es liegt zur Abholung bereit",
    },
    save: "Speichern",
    saved: "Gespeichert.",
    paused:
      "Das können wir gerade nicht speichern, weil an unserem System gearbeitet wird. Bitte versuchen Sie es in einigen Minuten noch einmal.",
    nobody:
      "Wir haben zu dieser Bestellung weder E-Mail-Adresse noch Telefonnummer; es gibt nichts auszuwählen.",
    stopTitle: "Keine Nachrichten mehr?",
    stopText: "An diese Adresse senden wir dann keine Nachrichten zu Bestellungen und Paketen mehr.",
    stop: "Keine Nachrichten mehr senden",
    stopped: "Sie erhalten keine dieser Nachrichten mehr.",
    push: {
      title: "In diesem Browser",
      hint:
        "Der Browser zeigt Ihnen, was mit dieser Bestellung geschieht, auch wenn diese Seite geschlossen ist.",
      on: "In diesem Browser Bescheid sagen",
      off: "In diesem Browser nicht mehr Bescheid sagen",
      isOn: "Diesem Browser wird Bescheid gesagt.",
      isOff: "Diesem Browser wird nicht Bescheid gesagt.",
      denied: "Ihr Browser erlaubt dieser Seite keine Mitteilungen.",
      failed: "Das hat nicht geklappt. Bitte versuchen Sie es später noch einmal.",
    },
    back: "Zu Ihrem Paket",
  },
};
