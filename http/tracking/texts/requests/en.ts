import type { RequestTexts } from "./texts.ts";

export const requestsEn: RequestTexts = {
  kinds: {
    address_change: {
      title: "Ask for another address",
      hint: "Until it is handed over to the carrier, we may still be able to change it.",
      intro:
        "Tell us where the parcel should go. We answer on the parcel's page whether it could still be changed.",
      asked: "Another address",
    },
    pickup_point: {
      title: "Ask for a collection point",
      hint: "If the carrier can still do it, we have it brought there.",
      intro:
        "Tell us where you would like to collect the parcel. We answer on the parcel's page whether the carrier does it.",
      asked: "A collection point",
    },
    contact: {
      title: "Send us a message",
      intro: "Write what we can do for you. We know which parcel it is about.",
      asked: "Your message",
    },
  },
  yours: "What you asked us for",
  states: {
    open: "We have it and will see to it.",
    done: "Done.",
    declined: "We are sorry, that was not possible.",
    replaced: "You have asked for something newer since.",
    lapsed: "It was too late: the carrier was faster.",
  },
  fields: {
    name: "Name",
    line1: "Street and number",
    line2: "Address line 2",
    postalCode: "Postcode",
    city: "Town or city",
    region: "County or state",
    country: "Country",
    point: "Collection point",
    message: "Message",
    email: "E-mail address for our answer",
  },
  hints: {
    point: "Its name and address, as the carrier lists it, or where it should be near to.",
    email: "Only if we should not use the one of your order.",
  },
  optional: "optional",
  send: "Send",
  back: "Back to the parcel",
  readBy: (shop) => `Only ${shop} reads this.`,
  wrong: "Please check what you entered",
  faults: {
    missing: "Please fill this in.",
    tooLong: "Please make this shorter.",
    unreadable: "This cannot be read. Please check it.",
  },
  refused: {
    tooLate: "That is not possible any more at this stage. Please send us a message instead.",
    tooMany: "You have asked us for very much about this parcel already. Please contact us in another way.",
    tooFast: "That was very often in a short time. Please wait a minute, and send it again.",
    uncertain:
      "We do not know whether this has reached us. Please send it again in a moment: it counts only once.",
    paused:
      "We cannot take this just now, because our system is being worked on. Please send it again in a few minutes.",
    elsewhere: "This did not come from our page. Please send it again from here.",
  },
};
