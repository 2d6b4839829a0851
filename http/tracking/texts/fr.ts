import { requestsFr as requests } from "./requests/fr.ts";
import type { Texts } from "./texts.ts";

export const fr: Texts = {
  languageName: "Français",
  statuses: {
    unknown: {
      title: "Pas encore de nouvelles",
      next:
        "Le transporteur ne nous a encore rien communiqué d’utile. Dès qu’il le fera, vous le verrez ici.",
    },
    pre_transit: {
      title: "Étiquette créée",
      next: "Votre colis est en préparation. Le transporteur l’enregistre dès qu’il lui est remis.",
    },
    in_transit: {
      title: "En route",
      next: "Votre colis passe d’un dépôt à l’autre jusqu’à être près de chez vous, puis part en livraison.",
    },
    out_for_delivery: {
      title: "En cours de livraison",
      next: "Le livreur a votre colis et l’apporte aujourd’hui.",
    },
    delivery_attempted: {
      title: "Tentative de livraison",
      next: "Le transporteur repassera ou déposera votre colis dans un point de retrait.",
    },
    available_for_pickup: {
      title: "À retirer",
      next: "Retirez votre colis rapidement, muni d’une pièce d’identité. Sinon, il nous sera renvoyé.",
    },
    delivered: { title: "Livré", next: "Profitez-en bien ! Si quelque chose ne va pas, dites-le-nous." },
    exception: {
      title: "Retenu",
      next: "Le transporteur doit régler un problème avant que votre colis ne reparte.",
    },
    return_to_sender: {
      title: "En retour vers nous",
      next: "Dès son retour, nous vous contacterons pour une nouvelle livraison ou un remboursement.",
    },
    expired: {
      title: "Sans nouvelles depuis longtemps",
      next:
        "Le transporteur n’a pas enregistré ce colis depuis des semaines. Si vous ne l’avez pas reçu, contactez-nous.",
    },
    cancelled: {
      title: "Annulé",
      next: "Cette étiquette a été annulée : rien ne sera envoyé sous ce numéro.",
    },
  },
  subStatuses: {
    unknown: {},
    pre_transit: { label_created: ["Étiquette créée"] },
    in_transit: {
      accepted: ["Remis au transporteur"],
      arrived_at_facility: ["Arrivé dans un dépôt"],
      departed_facility: ["A quitté un dépôt"],
      processing: ["En cours de tri"],
      customs_cleared: ["Dédouané"],
      forwarded: ["Réexpédié"],
      delivery_scheduled: ["Livraison planifiée"],
      rescheduled: ["Livraison reportée"],
      edd_updated: ["Date de livraison prévue modifiée"],
    },
    out_for_delivery: {},
    delivery_attempted: {
      notice_left: [
        "Personne n’a pu le recevoir ; un avis de passage a été laissé",
        "L’avis indique quoi faire : choisir un autre jour ou le retirer.",
      ],
      not_home: [
        "Personne n’était présent",
        "Le transporteur repasse en général le jour ouvré suivant. Vous pouvez souvent choisir chez lui un autre jour ou un autre lieu.",
      ],
      business_closed: [
        "L’établissement était fermé",
        "Le transporteur repassera un jour ouvré. Vous pouvez souvent choisir chez lui un autre jour.",
      ],
      access_restricted: [
        "Le livreur n’a pas pu accéder à la porte",
        "Indiquez au transporteur comment vous joindre : un code, un portail, un nom sur la sonnette.",
      ],
      final: [
        "La dernière tentative a échoué",
        "Il n’y aura pas d’autre tentative : le colis peut être retiré, ou il nous est renvoyé.",
      ],
    },
    available_for_pickup: {},
    delivered: {
      safe_place: [
        "Déposé en lieu sûr",
        "Regardez à l’endroit où l’on dépose les colis à votre adresse.",
      ],
      neighbour: ["Remis à un voisin", "Demandez à vos voisins ou cherchez un avis de passage."],
      reception: ["Remis à l’accueil", "Demandez à l’accueil ou au service courrier de votre adresse."],
      locker: ["Déposé en consigne", "Videz le casier rapidement ; le transporteur envoie le code."],
      partial: [
        "Livré en partie",
        "Il manque quelque chose. Nous demandons au transporteur où est le reste.",
      ],
      damaged: [
        "Livré endommagé",
        "Gardez l’emballage, prenez une photo et contactez-nous : nous trouverons une solution.",
      ],
    },
    exception: {
      delayed: ["Retardé", "Le transporteur a du retard. Votre colis repart dès que possible."],
      weather: [
        "Retardé par la météo",
        "Votre colis repart dès que les routes et les aéroports rouvrent.",
      ],
      carrier_mechanical: [
        "Retardé par une panne",
        "Le transporteur charge votre colis dans un autre véhicule.",
      ],
      capacity: ["Retardé par l’affluence", "Votre colis repart dès qu’il y a de la place."],
      held: ["Retenu par le transporteur", "Le transporteur le garde le temps de régler une question."],
      customs_held: ["Retenu en douane", "La douane le contrôle. Cela peut prendre quelques jours."],
      customs_documentation: [
        "La douane demande des documents",
        "Nous envoyons à la douane ce qui manque. Vous n’avez rien à faire.",
      ],
      customs_duties_unpaid: [
        "Des droits sont à payer",
        "La douane le libère une fois les droits payés. Ne payez que sur le site du transporteur ou d’après son courrier.",
      ],
      address_issue: [
        "Un problème d’adresse",
        "Nous vérifions l’adresse avec le transporteur. Si elle était fausse, dites-le-nous.",
      ],
      action_required: [
        "Le transporteur attend quelque chose de vous",
        "Consultez la page du transporteur.",
      ],
      damaged: [
        "Endommagé en route",
        "Nous évaluons les dégâts et remplacerons ou rembourserons ce qui est cassé.",
      ],
      misrouted: [
        "Mal acheminé",
        "Le transporteur l’envoie au bon dépôt. Cela prend quelques jours de plus.",
      ],
      lost: [
        "Perdu par le transporteur",
        "Nous en sommes désolés. Nous le renverrons ou vous rembourserons.",
      ],
      disposed: [
        "Détruit par le transporteur",
        "Nous en sommes désolés. Nous le renverrons ou vous rembourserons.",
      ],
      undeliverable: ["Impossible à livrer", "Nous cherchons pourquoi et vous contacterons."],
      seized: ["Saisi par les autorités", "Il ne sera pas livré. Veuillez nous contacter."],
    },
    return_to_sender: {
      refused: ["Il a été refusé"],
      unclaimed: ["Personne ne l’a retiré"],
      moved: ["Le destinataire a déménagé"],
      undeliverable: ["Il n’a pas pu être livré"],
      returned: [
        "De retour chez nous",
        "Nous vous contacterons pour une nouvelle livraison ou un remboursement.",
      ],
    },
    expired: {},
    cancelled: {},
  },
  whoseMove: {
    none: "Vous n’avez rien à faire.",
    customer: "À vous d’agir",
    merchant: "Nous nous en occupons.",
    carrier: "Le transporteur s’en occupe.",
  },
  steps: {
    announced: "Étiquette créée",
    moving: "En route",
    out: "En livraison",
    pickup: "À retirer",
    delivered: "Livré",
    returning: "En retour",
    returned: "De retour chez nous",
  },
  stepStates: { done: "fait", current: "maintenant", stopped: "arrêté ici", ahead: "à venir" },
  delays: {
    not_handed_over: "Il n’a pas encore été remis au transporteur, plus tard que prévu.",
    no_movement: "Il n’a pas été enregistré depuis plus longtemps que d’habitude.",
    eta_slipped: "Le transporteur prévoit de le livrer plus tard qu’annoncé.",
    promise_missed: "Il devrait déjà être chez vous. Nous en sommes désolés.",
    stuck_customs: "Il est en douane depuis plus longtemps que d’habitude.",
    pickup_ageing: "Il vous attend depuis quelques jours et nous sera renvoyé si personne ne le retire.",
  },
  page: {
    title: (status) => `${status} – votre colis`,
    order: (number) => `Commande ${number}`,
    progress: "Progression",
    expected: "Livraison prévue",
    awaited: "La dernière estimation est dépassée. Une nouvelle est attendue.",
    delayed: "Il est en retard",
    delayedSince: (when) => `En retard depuis le ${when}`,
    whatNext: "La suite",
    history: "Historique",
    noHistory: "Le transporteur n’a pas encore enregistré ce colis.",
    olderEvents: {
      one: (count) => `${count} étape antérieure`,
      other: (count) => `${count} étapes antérieures`,
    },
    timesAreLocal: "Les heures sont celles du lieu ; le fuseau est indiqué à côté de chacune.",
    localTime: "heure locale",
    wordsOf: (carrier) => `${carrier ?? "Le transporteur"} indique :`,
    journey: "Trajet",
    mapOf: (places) => `Carte du trajet : ${places}`,
    parcel: "Votre colis",
    contents: "Dans ce colis",
    moreLines: {
      one: (count) => `et ${count} autre article`,
      other: (count) => `et ${count} autres articles`,
    },
    carrier: "Transporteur",
    otherCarrier: "Autre transporteur",
    trackingNumber: "Numéro de suivi",
    language: "Langue",
    legal: "Mentions légales",
    live: "Cette page se met à jour d’elle-même.",
    reload: "Rechargez cette page pour voir les nouveautés.",
    news: (status) => `Du nouveau : ${status}`,
    unknownTitle: "Nous ne trouvons pas ce colis",
    unknownText:
      "Le lien est incomplet ou n’est plus valable. Ouvrez-le de nouveau depuis le message que nous vous avons envoyé.",
    calendar: "Ajouter au calendrier",
    calendarEntry: (shop) => `Colis de ${shop}`,
    downTitle: "Nous ne pouvons pas montrer ce colis pour le moment",
    downText:
      "Nous y travaillons, et le colis poursuit sa route entre-temps. Veuillez recharger cette page dans un instant.",
  },
  help: {
    title: "Aide pour ce colis",
    carrierPage: (carrier) => `Voir sur la page de ${carrier}`,
    options: (carrier) => `Options de livraison chez ${carrier}`,
    optionsHint: (carrier) =>
      `Si ${carrier} le propose pour ce colis, vous y choisissez un autre jour ou un point de retrait.`,
    contact: (shop) => `Contacter ${shop}`,
    contactSubject: (parcel) => `Au sujet de ${parcel}`,
  },
  requests,
};
