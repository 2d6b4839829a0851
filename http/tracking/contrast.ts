/** Red, green and blue, 0 to 255. */
type Colour = readonly [red: number, green: number, blue: number];

/** WCAG 2.2 AA for text of any size. */
const ratioMin = 4.5;
const steps = 50;

/** The shade nearest to a colour that can be read on all of these backgrounds: towards black or white, wherever it is sooner. */
export function readableOn(colour: string, backgrounds: readonly string[]): string {
  const from = colourOf(colour), behind = backgrounds.map(colourOf);
  const readable = (shade: Colour) => behind.every((one) => ratioOf(shade, one) >= ratioMin);
  for (let step = 0; step <= steps; step++) {
    for (const end of [black, white]) {
      const shade = mixed(from, end, step / steps);
      if (readable(shade)) return hexOf(shade);
    }
  }
  throw new Error(`Cannot find a shade of ${colour} that can be read on ${backgrounds.join(" and ")}`);
}

/** WCAG's ratio of two colours' luminance, 1 to 21. */
export function contrast(one: string, other: string): number {
  return ratioOf(colourOf(one), colourOf(other));
}

const black: Colour = [0, 0, 0], white: Colour = [255, 255, 255];

function colourOf(hex: string): Colour {
  const digits = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(hex);
  if (!digits) throw new Error(`Cannot read colour ${JSON.stringify(hex)}: it is not #rrggbb`);
  const [red, green, blue] = digits.slice(1).map((two) => Number.parseInt(two, 16)) as [
    number,
    number,
    number,
  ];
  return [red, green, blue];
}

const hexOf = (colour: Colour) => `#${colour.map((one) => one.toString(16).padStart(2, "0")).join("")}`;

function mixed(from: Colour, to: Colour, share: number): Colour {
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * share);
  return [at(0), at(1), at(2)];
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((one) => {
    const part = one / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratioOf(one: Colour, other: Colour): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
