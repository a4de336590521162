/**
 * RFC 3339 date-times, the `date-time` format of the recorded contract.
 *
 * `Date.parse` is no judge of them: engines read February 30 as March 2, and accept much that is not RFC 3339. A regular
 * expression with captures is, but takes four times as long: two dates a session are a good part of decoding it.
 *
 * @module
 */

/** What is expected of a text that should be one. */
export const expected = "an RFC 3339 date-time"

/** The two-digit number at `at`; out of every range if there is none. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48
  const units = text.charCodeAt(at + 1) - 48
  return (tens | (9 - tens) | units | (9 - units)) < 0 ? -10_000 : tens * 10 + units
}

const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28)
    : month === 4 || month === 6 || month === 9 || month === 11
    ? 30
    : 31

/** Days from 1970-01-01, counted in years that begin in March: a leap day is then the last of its year. */
const daysSinceEpoch = (year: number, month: number, day: number): number => {
  const y = month > 2 ? year : year - 1
  const m = month > 2 ? month - 3 : month + 9
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day -
    719_469
}

/**
 * The milliseconds since the epoch of an RFC 3339 date-time, or `undefined` if the text is none.
 *
 * Digits after the millisecond are dropped, not rounded. A leap second (`23:59:60`) reads as the second after it,
 * since epoch time has no name for it.
 */
export const parse = (text: string): number | undefined => {
  const end = text.length
  if (
    end < 20 || text[4] !== "-" || text[7] !== "-" || (text[10] !== "T" && text[10] !== "t") || text[13] !== ":" ||
    text[16] !== ":"
  ) {
    return undefined
  }
  const year = two(text, 0) * 100 + two(text, 2)
  const month = two(text, 5)
  const day = two(text, 8)
  const hour = two(text, 11)
  const minute = two(text, 14)
  const second = two(text, 17)
  if (
    year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour < 0 || hour > 23 ||
    minute < 0 || minute > 59 || second < 0 || second > 60
  ) {
    return undefined
  }

  let at = 19
  let millisecond = 0
  if (text[at] === ".") {
    for (let worth = 100; ++at < end; worth = Math.floor(worth / 10)) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      millisecond += digit * worth
    }
    if (at === 20) return undefined
  }

  let offset = 0
  if (at === end - 1) {
    if (text[at] !== "Z" && text[at] !== "z") return undefined
  } else {
    const offsetHour = two(text, at + 1)
    const offsetMinute = two(text, at + 4)
    if (
      at !== end - 6 || (text[at] !== "+" && text[at] !== "-") || text[at + 3] !== ":" ||
      offsetHour < 0 || offsetHour > 23 || offsetMinute < 0 || offsetMinute > 59
    ) {
      return undefined
    }
    offset = (offsetHour * 60 + offsetMinute) * (text[at] === "-" ? -1 : 1)
  }

  const utcMinute = hour * 60 + minute - offset
  // RFC 3339 section 5.7: a leap second is the last second of a day in UTC.
  if (second === 60 && (utcMinute + 1440) % 1440 !== 1439) return undefined
  return ((daysSinceEpoch(year, month, day) * 1440 + utcMinute) * 60 + second) * 1000 + millisecond
}

// What `Date` writes with a year of four digits: the years 0 to 9999, in UTC.
const first = -62_167_219_200_000
const last = 253_402_300_799_999

// No offset is further from UTC.
const furthest = (23 * 60 + 59) * 60_000

/**
 * The text of a time in milliseconds since the epoch, or `undefined` if RFC 3339 has none for it: its years have four
 * digits. In UTC, but for the hours around those years that only another offset has a date for.
 */
export const format = (millis: number): string | undefined => {
  const [shift, offset] = millis < first ? [furthest, "+23:59"] : millis > last ? [-furthest, "-23:59"] : [0, "Z"]
  const local = millis + shift
  return local >= first && local <= last ? new Date(local).toISOString().slice(0, -1) + offset : undefined
}
