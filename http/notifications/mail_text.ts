import { textsOf } from "../tracking/languages.ts";
import { webLink } from "../tracking/page/scene.ts";
import type { Notice } from "./notice.ts";
import { notificationTexts } from "./templates/all.ts";

/** The same without any markup. */
export function mailText(notice: Notice): string {
  const { language, name, title, text, orderNumber, expected, carrier, view, lines, links, shop } = notice;
  const own = notificationTexts[language], { page } = textsOf[language], legal = webLink(shop.legalUrl);
  const blocks = [
    [own.greeting(name)],
    [title, text],
    [
      expected && `${page.expected}: ${expected}`,
      page.order(orderNumber),
      carrier && `${page.carrier}: ${carrier}`,
      view && `${page.trackingNumber}: ${view.trackingNumber}`,
    ],
    [links.tracking && `${own.track}: ${links.tracking}`],
    lines.length === 0 ? [] : [own.contents, ...lines.map(line)],
    [
      "--",
      own.why(shop.name),
      `${own.preferences}: ${links.preferences}`,
      `${own.unsubscribe}: ${links.unsubscribe}`,
    ],
    [legal && `${page.legal}: ${legal}`],
  ];
  const kept = blocks.map((block) => block.filter((one) => one !== undefined && one !== "")).filter((block) =>
    block.length
  );
  return `${kept.map((block) => block.join("\n")).join("\n\n")}\n`;
}

const line = ({ description, quantity }: Notice["lines"][number]) =>
  quantity > 0 ? `  ${quantity} × ${description}` : `  ${description}`;
