/** A URL that may be printed. */
export function withoutCredentials(value: string): string {
  return value.replace(/\/\/[^/@\s]*@/g, "//***@").replace(/([?&]password=)[^&]*/gi, "$1***");
}
