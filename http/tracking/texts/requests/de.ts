import type { RequestTexts } from "./texts.ts";

export const requestsDe: RequestTexts = {
  kinds: {
    address_change: {
      title: "Um eine andere Adresse bitten",
      hint: "Solange es dem Zusteller nicht übergeben ist, können wir sie vielleicht noch ändern.",
      intro:
        "Schreiben Sie uns, wohin das Paket soll. Ob es noch zu ändern war, steht dann auf der Seite des Pakets.",
      asked: "Eine andere Adresse",
    },
    pickup_point: {
      title: "Um eine Abholstelle bitten",
      hint: "Wenn der Zusteller es noch kann, lassen wir es dorthin bringen.",
      intro:
        "Schreiben Sie uns, wo Sie das Paket abholen möchten. Ob der Zusteller es tut, steht dann auf der Seite des Pakets.",
      asked: "Eine Abholstelle",
    },
    contact: {
      title: "Uns eine Nachricht schreiben",
      intro: "Schreiben Sie, was wir für Sie tun können. Um welches Paket es geht, wissen wir.",
      asked: "Ihre Nachricht",
    },
  },
  yours: "Worum Sie uns gebeten haben",
  states: {
    open: "Wir haben es erhalten und kümmern uns darum.",
    done: "Erledigt.",
    declined: "Es tut uns leid, das war nicht möglich.",
    replaced: "Sie haben seitdem um etwas Neueres gebeten.",
    lapsed: "Es war zu spät: Der Zusteller war schneller.",
  },
  fields: {
    name: "Name",
    line1: "Straße und Hausnummer",
    line2: "Adresszusatz",
    postalCode: "Postleitzahl",
    city: "Ort",
    region: "Bundesland oder Region",
    country: "Land",
    point: "Abholstelle",
    message: "Nachricht",
    email: "E-Mail-Adresse für unsere Antwort",
  },
  hints: {
    point: "Name und Adresse, wie der Zusteller sie nennt, oder in wessen Nähe sie sein soll.",
    email: "Nur, wenn wir nicht die Ihrer Bestellung nehmen sollen.",
  },
  optional: "freiwillig",
  send: "Absenden",
  back: "Zurück zum Paket",
  readBy: (shop) => `Das liest nur ${shop}.`,
  wrong: "Bitte prüfen Sie Ihre Angaben",
  faults: {
    missing: "Bitte füllen Sie das aus.",
    tooLong: "Bitte kürzen Sie das.",
    unreadable: "Das ist nicht lesbar. Bitte prüfen Sie es.",
  },
  refused: {
    tooLate: "Das ist jetzt nicht mehr möglich. Bitte schreiben Sie uns stattdessen eine Nachricht.",
    tooMany:
      "Sie haben uns zu diesem Paket schon sehr viel geschrieben. Bitte melden Sie sich auf anderem Weg.",
    tooFast: "Das war in kurzer Zeit sehr oft. Bitte warten Sie eine Minute und senden Sie es noch einmal.",
    uncertain:
      "Wir wissen nicht, ob es angekommen ist. Bitte senden Sie es gleich noch einmal: Es zählt nur einmal.",
    paused:
      "Das können wir gerade nicht annehmen, weil an unserem System gearbeitet wird. Bitte senden Sie es in einigen Minuten noch einmal.",
    elsewhere: "Das kam nicht von unserer Seite. Bitte senden Sie es von hier noch einmal.",
  },
};
