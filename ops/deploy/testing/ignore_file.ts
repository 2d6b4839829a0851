/** A .dockerignore file as BuildKit reads it: the last pattern that matches decides; `*` stays within a folder, `**` does not. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text.split("\n").map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  )
    .map((line) => ({ kept: line.startsWith("!"), pattern: expression(line.replace(/^!/, "")) }));
  return (path) => rules.reduce((ignored, { kept, pattern }) => pattern.test(path) ? !kept : ignored, false);
}

/** A pattern also matches everything below what it names. */
function expression(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(
    /\*\*\/|\*\*|\*|\?/g,
    (wild) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*" })[wild] ?? "[^/]",
  );
  return new RegExp(`^${source}(?:/.*)?$`);
}
