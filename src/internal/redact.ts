/**
 * Secrets taken out of texts that a server or a runtime wrote.
 *
 * @module
 */

const mark = "<redacted>"

// Every kind of Seam token, JWTs, and whatever stands after "Bearer".
const tokens = /\bseam_[\w-]+|\bey[\w-]{6,}(?:\.[\w-]*)+|\bbearer\s+[^\s"',;<>]+/gi

const literal = (text: string): string => text.replace(/\W/g, "\\$&")

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\"": "&quot;",
  "'": "&apos;"
}

/** Every way in which a server may write a character back: in JSON (within JSON), HTML, a URL. */
const spellings = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  const all = [
    literal(character),
    literal(JSON.stringify(character).slice(1, -1)),
    units.map((unit) => `\\\\u${unit.toString(16).padStart(4, "0")}`).join(""),
    `&#0*${code};`,
    `&#x0*${code.toString(16)};`,
    literal(encodeURIComponent(character.toWellFormed())),
    ...Object.hasOwn(entities, character) ? [literal(entities[character] ?? "")] : []
  ]
  return `\\\\{0,8}(?:${[...new Set(all)].join("|")})`
}

const pattern = (secret: string): RegExp => new RegExp(Array.from(secret, spellings).join(""), "gi")

/** The text without the given secrets, however they are escaped, and without anything that looks like a token. */
export const redact = (text: string, secrets: ReadonlyArray<string>): string =>
  secrets
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replace(pattern(secret), mark), text)
    .replace(tokens, mark)

/**
 * The start of the text, at most `limit` UTF-16 units, without secrets. Where `cut` says that the text itself was cut
 * off, its last word goes too: it may be the start of a secret that nothing recognises any more.
 */
export const excerpt = (text: string, limit: number, secrets: ReadonlyArray<string>, cut = false): string => {
  const clean = redact(cut ? text.replace(/\S*$/, "") : text, secrets)
  return (clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean).toWellFormed()
}
