import type { RequestTexts } from "./texts.ts";

export const requestsFr: RequestTexts = {
  kinds: {
    address_change: {
      title: "Demander une autre adresse",
      hint: "Tant que le transporteur ne l’a pas reçu, nous pouvons peut-être encore la modifier.",
      intro:
        "Indiquez-nous où le colis doit aller. La page du colis dira si le changement a encore été possible.",
      asked: "Une autre adresse",
    },
    pickup_point: {
      title: "Demander un point de retrait",
      hint: "Si le transporteur le peut encore, nous l’y ferons déposer.",
      intro:
        "Indiquez-nous où vous souhaitez retirer le colis. La page du colis dira si le transporteur l’accepte.",
      asked: "Un point de retrait",
    },
    contact: {
      title: "Nous envoyer un message",
      intro: "Écrivez ce que nous pouvons faire pour vous. Nous savons de quel colis il s’agit.",
      asked: "Votre message",
    },
  },
  yours: "Ce que vous nous avez demandé",
  states: {
    open: "Nous l’avons reçu et nous nous en occupons.",
    done: "C’est fait.",
    declined: "Nous sommes désolés, ce n’était pas possible.",
    replaced: "Vous avez fait une demande plus récente depuis.",
    lapsed: "C’était trop tard : le transporteur a été plus rapide.",
  },
  fields: {
    name: "Nom",
    line1: "Numéro et rue",
    line2: "Complément d’adresse",
    postalCode: "Code postal",
    city: "Ville",
    region: "Région",
    country: "Pays",
    point: "Point de retrait",
    message: "Message",
    email: "Adresse e-mail pour notre réponse",
  },
  hints: {
    point: "Son nom et son adresse, tels que le transporteur les donne, ou ce dont il doit être proche.",
    email: "Seulement si nous ne devons pas utiliser celle de votre commande.",
  },
  optional: "facultatif",
  send: "Envoyer",
  back: "Retour au colis",
  readBy: (shop) => `Seul ${shop} lit ceci.`,
  wrong: "Veuillez vérifier votre saisie",
  faults: {
    missing: "Veuillez remplir ce champ.",
    tooLong: "Veuillez raccourcir ce texte.",
    unreadable: "Ceci n’est pas lisible. Veuillez vérifier.",
  },
  refused: {
    tooLate: "Ce n’est plus possible à ce stade. Veuillez plutôt nous envoyer un message.",
    tooMany: "Vous nous avez déjà beaucoup écrit au sujet de ce colis. Veuillez nous contacter autrement.",
    tooFast: "C’était très souvent en peu de temps. Veuillez attendre une minute, puis envoyer de nouveau.",
    uncertain:
      "Nous ne savons pas si ceci nous est parvenu. Veuillez l’envoyer de nouveau dans un instant : cela ne compte qu’une fois.",
    paused:
      "Nous ne pouvons pas le recevoir pour le moment, car des travaux sont en cours sur notre système. Veuillez l’envoyer de nouveau dans quelques minutes.",
    elsewhere: "Ceci ne venait pas de notre page. Veuillez l’envoyer de nouveau d’ici.",
  },
};
