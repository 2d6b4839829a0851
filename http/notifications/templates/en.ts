import type { NotificationTexts } from "./texts.ts";

export const en: NotificationTexts = {
  subjects: {
    confirmed: (order) => `Your order ${order} is confirmed`,
    shipped: (order) => `Your order ${order} is on its way`,
    out_for_delivery: (order) => `Your parcel comes today (order ${order})`,
    delivered: (order) => `Your parcel has arrived (order ${order})`,
    delayed: (order) => `Your parcel is late (order ${order})`,
    exception: (order) => `There is a problem with your parcel (order ${order})`,
    attempt_failed: (order) => `Your parcel could not be delivered today (order ${order})`,
    ready_for_pickup: (order) => `Your parcel is ready to collect (order ${order})`,
  },
  confirmed: {
    title: "Your order is confirmed",
    text: "Thank you. We have everything that you ordered, and will tell you as soon as it leaves.",
  },
  shipped: {
    title: "Your parcel has left",
    text: (carrier) => `We have handed it over to ${carrier ?? "the carrier"}. You can follow it on its way.`,
  },
  greeting: (name) => name === undefined ? "Hello," : `Hello ${name},`,
  newDay: (day) => `It is expected on ${day} now.`,
  track: "Follow your parcel",
  contents: "What it is about",
  moreLines: (count) => count === 1 ? "and 1 more item" : `and ${count} more items`,
  why: (shop) => `You receive this message because you have ordered from ${shop}.`,
  preferences: "Choose what we tell you",
  unsubscribe: "No more messages",
  page: {
    title: "What we tell you",
    intro: (shop) => `Choose which messages ${shop} sends you about orders and parcels.`,
    channels: { email: "By e-mail", sms: "By text message" },
    topics: {
      orders: ["Orders", "It is confirmed, it has left"],
      parcels: ["Parcels", "It comes today, it is ready to collect, it has arrived"],
      problems: ["Problems", "It is late, nobody was in, something went wrong"],
    },
    save: "Save",
    saved: "Saved.",
    nobody:
      "We have neither an e-mail address nor a phone number for this order, so there is nothing to choose.",
    stopTitle: "No more messages?",
    stopText: "We will send no more messages about orders and parcels to this address.",
    stop: "Send no more messages",
    stopped: "You will get no more of these messages.",
    push: {
      title: "In this browser",
      hint: "The browser shows you what happens to this order, also when this page is closed.",
      on: "Tell me in this browser",
      off: "Tell me no more in this browser",
      isOn: "This browser is told.",
      isOff: "This browser is not told.",
      denied: "Your browser does not allow notifications of this page.",
      failed: "That did not work. Please try again later.",
    },
    back: "To your parcel",
  },
};
