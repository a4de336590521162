/**
 * Text that others wrote, made safe for a terminal.
 *
 * @module
 */

// What a terminal would obey, reorder by or not show at all: controls, invisible formatting (but not the joiners, which
// words and emoji are made with), line separators, half characters.
const unprintable = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text with everything escaped that a terminal would obey or hide. Still the same JSON, if it was JSON. */
export const escape = (text: string): string =>
  text.replace(unprintable, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
    ).join(""))

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u

/**
 * The text between a first strong isolate and a pop directional isolate, if it has right-to-left letters: terminals that
 * reorder leave what stands around it in its place.
 */
export const isolate = (text: string): string => rightToLeft.test(text) ? `\u2068${text}\u2069` : text

const bar = "  | "

// No terminal shows a character wider than two columns. Many are narrower, which costs nothing here.
const widthOf = (character: string): number => /^[ -~]$/.test(character) ? 1 : 2

function* rows(line: string, width: number): Generator<string> {
  let row = ""
  let left = width
  for (const character of line) {
    if (row !== "" && widthOf(character) > left) {
      yield row
      row = ""
      left = width
    }
    row += character
    left -= widthOf(character)
  }
  yield row
}

/**
 * The text as a quotation: behind a bar on every line, escaped but for its line breaks. Lines are broken before the
 * terminal would break them, so that no row begins with anything but the bar, and nothing in the text can look like a
 * message of the command.
 */
export const quote = (text: string, columns: number): string =>
  text.replace(/\r?\n$/, "").split(/\r?\n/)
    .flatMap((line) => [...rows(escape(line), Math.max(1, columns - bar.length))])
    .map((row) => bar + isolate(row))
    .join("\n")
