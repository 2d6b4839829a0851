import type { NotificationTexts } from "./texts.ts";

export const fr: NotificationTexts = {
  subjects: {
    confirmed: (order) => `Votre commande ${order} est confirmée`,
    shipped: (order) => `Votre commande ${order} est en route`,
    out_for_delivery: (order) => `Votre colis arrive aujourd’hui (commande ${order})`,
    delivered: (order) => `Votre colis est arrivé (commande ${order})`,
    delayed: (order) => `Votre colis a du retard (commande ${order})`,
    exception: (order) => `Il y a un problème avec votre colis (commande ${order})`,
    attempt_failed: (order) => `Votre colis n’a pas pu être livré aujourd’hui (commande ${order})`,
    ready_for_pickup: (order) => `Votre colis est prêt à être retiré (commande ${order})`,
  },
  confirmed: {
    title: "Votre commande est confirmée",
    text: "Merci. Nous avons tout ce que vous avez commandé et vous préviendrons dès son départ.",
  },
  shipped: {
    title: "Votre colis est parti",
    text: (carrier) =>
      `Nous l’avons remis ${
        carrier === undefined ? "au transporteur" : `à ${carrier}`
      }. Vous pouvez suivre son trajet.`,
  },
  greeting: (name) => name === undefined ? "Bonjour," : `Bonjour ${name},`,
  newDay: (day) => `Il est maintenant attendu le ${day}.`,
  track: "Suivre votre colis",
  contents: "De quoi il s’agit",
  moreLines: (count) => count === 1 ? "et 1 autre article" : `et ${count} autres articles`,
  why: (shop) => `Vous recevez ce message parce que vous avez commandé chez ${shop}.`,
  preferences: "Choisir ce que nous vous annonçons",
  unsubscribe: "Plus de messages",
  page: {
    title: "Ce que nous vous annonçons",
    intro: (shop) => `Choisissez les messages que ${shop} vous envoie sur vos commandes et vos colis.`,
    channels: { email: "Par e-mail", sms: "Par SMS" },
    topics: { orders: "Commandes", parcels: "Colis", problems: "Problèmes" },
    milestones: {
      confirmed: "Votre commande est confirmée",
      shipped: "Votre colis est parti",
      out_for_delivery: "Il arrive aujourd’hui",
      delivered: "Il est arrivé",
      delayed: "Il a du retard",
      exception: "Quelque chose s’est mal passé",
      attempt_failed: "Personne n’était là",
      ready_for_pickup: "Il est prêt à être retiré",
    },
    save: "Enregistrer",
    saved: "C’est enregistré.",
    paused:
      "Nous ne pouvons pas l’enregistrer pour le moment, car des travaux sont en cours sur notre système. Veuillez réessayer dans quelques minutes.",
    nobody:
      "Nous n’avons ni adresse e-mail ni numéro de téléphone pour cette commande : il n’y a rien à choisir.",
    stopTitle: "Plus de messages ?",
    stopText: "Nous n’enverrons plus de messages sur les commandes et les colis à cette adresse.",
    stop: "Ne plus envoyer de messages",
    stopped: "Vous ne recevrez plus ces messages.",
    push: {
      title: "Dans ce navigateur",
      hint: "Le navigateur vous montre ce qui arrive à cette commande, même quand cette page est fermée.",
      on: "Me prévenir dans ce navigateur",
      off: "Ne plus me prévenir dans ce navigateur",
      isOn: "Ce navigateur est prévenu.",
      isOff: "Ce navigateur n’est pas prévenu.",
      denied: "Votre navigateur n’autorise pas les notifications de cette page.",
      failed: "Cela n’a pas marché. Veuillez réessayer plus tard.",
    },
    back: "Vers votre colis",
  },
};
