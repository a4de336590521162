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
