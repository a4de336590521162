/**
 * What a report says, twice: with the values of other people's data, and with what they are in their place. As a string it is
 * the second: who forgets the difference shows nothing.
 *
 * @module
 */

/** Something said with values and without. */
export class Told<A> {
  readonly shown: A
  readonly hidden: A
  constructor(shown: A, hidden: A) {
    this.shown = shown
    this.hidden = hidden
  }
  toString(): string {
    return `${this.hidden}`
  }
  toJSON(): unknown {
    return this.hidden
  }
}

/** A text with values and without; a plain one has none. */
export type Text = Told<string> | string

/** The text for who may see the values. */
export const shown = (text: Text): string => typeof text === "string" ? text : text.shown

/** The text for everybody. */
export const hidden = (text: Text): string => typeof text === "string" ? text : text.hidden

/** Makes a text of parts: `` text`also ${named(ids)}` ``. */
export const text = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Text | number>): Told<string> => {
  const fill = (how: (text: Text) => string): string =>
    strings.map((string, at) => {
      const part = parts[at]
      return part === undefined ? string : `${string}${typeof part === "number" ? part : how(part)}`
    }).join("")
  return new Told(fill(shown), fill(hidden))
}
