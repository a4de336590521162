/**
 * Values that look like an existing one and are another: what a careless comparison takes for the same.
 *
 * @module
 */
import type { Scalar, Value } from "./Item.ts"
import * as Items from "./Item.ts"

/** A near miss, and the careless comparison that it would deceive. */
export interface NearMiss {
  readonly kind: string
  readonly value: Value
}

const variants: ReadonlyArray<readonly [kind: string, make: (value: string) => string]> = [
  ["prefix", (value) => Array.from(value).slice(0, -1).join("")],
  ["suffix", (value) => Array.from(value).slice(1).join("")],
  ["extension", (value) => `${value}x`],
  ["first half", (value) => Array.from(value).slice(0, Math.ceil(Array.from(value).length / 2)).join("")],
  ["upper case", (value) => value.toUpperCase()],
  ["lower case", (value) => value.toLowerCase()],
  ["trailing space", (value) => `${value} `],
  ["leading space", (value) => ` ${value}`],
  ["trailing newline", (value) => `${value}\n`],
  ["wildcard %", (value) => `${Array.from(value).slice(0, -1).join("")}%`],
  ["wildcard _", (value) => `${Array.from(value).slice(0, -1).join("")}_`],
  ["wildcard *", (value) => `${Array.from(value).slice(0, -1).join("")}*`],
  ["regular expression", (value) => `${Array.from(value).slice(0, -1).join("")}.`],
  ["cut at NUL", (value) => `${value}\u0000x`],
  ["NUL left out", (value) => `${value.slice(0, 1)}\u0000${value.slice(1)}`],
  ["zero-width space", (value) => `${value.slice(0, 1)}\u200b${value.slice(1)}`],
  ["composed", (value) => value.normalize("NFC")],
  ["decomposed", (value) => value.normalize("NFD")],
  ["compatibility form", (value) => value.normalize("NFKC")],
  [
    "full width",
    (value) => value.replace(/[a-z]/i, (letter) => String.fromCodePoint(0xfee0 + (letter.codePointAt(0) ?? 0)))
  ],
  ["accent", (value) => value.replace(/[aeiou]/i, (letter) => `${letter}\u0301`.normalize("NFC"))],
  ["look-alike letter", (value) => value.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u043e")],
  [
    "another beyond the BMP",
    (value) => value.replace(/[\u{10000}-\u{10ffff}]/u, (char) => char === "\u{1f642}" ? "\u{1f643}" : "\u{1f642}")
  ],
  ["leading zero", (value) => /^\d+$/.test(value) ? `0${value}` : value],
  ["number", (value) => /^\d+$/.test(value) ? `${value}.0` : value],
  ["several", (value) => `${value},${value}`],
  ["quoted", (value) => `"${value}"`],
  ["always true", (value) => `${value}' OR '1'='1`],
  ["last digit", (value) => value.replace(/[0-9a-f]$/i, (digit) => digit === "0" ? "1" : "0")]
]

/** The near misses of a text: never the text itself, never empty. */
export const ofText = (value: string): ReadonlyArray<NearMiss> =>
  variants.flatMap(([kind, make]) => {
    const variant = make(value)
    return variant === value || variant === "" ? [] : [{ kind, value: variant }]
  })

const ofNumber = (value: number): ReadonlyArray<NearMiss> =>
  ([
    ["one more", value + 1],
    ["one less", value - 1],
    ["another sign", -value],
    ["ten times", value * 10],
    ["a fraction more", value + 0.5]
  ] as const).flatMap(([kind, variant]) => variant === value ? [] : [{ kind, value: variant }])

const ofScalar = (value: Scalar): ReadonlyArray<NearMiss> =>
  typeof value === "string" ? ofText(value) : typeof value === "number" ? ofNumber(value) : []

/** The near misses of a value; those of a list are lists of one. */
export const of = (value: Value): ReadonlyArray<NearMiss> => {
  if (!Array.isArray(value)) return Items.isScalar(value) ? ofScalar(value) : []
  const [only] = value
  return value.length !== 1 || !Items.isScalar(only)
    ? []
    : ofScalar(only).map(({ kind, value }) => ({ kind, value: Items.isScalar(value) ? [value] : value }))
}

/**
 * The rarest thing about a value that software stumbles over. Values are drawn by this kind, so that the one key with
 * a NUL among a thousand plain ones is tried too.
 */
export const kindOf = (value: Value): string =>
  typeof value === "string"
    ? kindOfText(value)
    : Array.isArray(value)
    ? `list of ${value.length === 1 ? kindOf(value[0] ?? null) : value.length}`
    : value === null
    ? "null"
    : typeof value

const kindOfText = (value: string): string =>
  value.includes("\u0000")
    ? "NUL"
    : /\p{Cc}/u.test(value)
    ? "control character"
    : /[\u{10000}-\u{10ffff}]/u.test(value)
    ? "beyond the BMP"
    : value.normalize("NFC") !== value || value.normalize("NFKC") !== value
    ? "not normalized"
    : /[^\u0020-\u007e]/.test(value)
    ? "beyond ASCII"
    : value.length > 255
    ? "long"
    : /^\s|\s$/.test(value)
    ? "space around"
    : /^[\d.]+$/.test(value)
    ? "digits"
    : /["'\\%*?&=+#<>/]/.test(value)
    ? "syntax"
    : /[A-Z]/.test(value) && value !== value.toLowerCase()
    ? "upper case"
    : "plain"
