/**
 * What can be wrong with a filter, by its kind and by what its field holds.
 *
 * @module
 */
import type { Filter } from "../operation/Filter.ts"
import type { Row } from "./server.ts"
import { healthy, stored } from "./server.ts"

type CaughtBy = readonly [string, ...ReadonlyArray<string>]

type Holds = (value: unknown, row: Row, filter: Filter) => boolean

/** What is wrong with a filter of some kind: the check that has to see it, and what holds instead. */
export interface Fault {
  readonly breaks: string
  readonly caughtBy: CaughtBy
  readonly holds?: Holds
  readonly same?: (asked: unknown, stored: unknown) => boolean
}

const values = (row: Row, { fields }: Filter): ReadonlyArray<unknown> => stored(row, fields)

const texts = (change: (text: string) => string): NonNullable<Fault["same"]> => (asked, stored) =>
  typeof asked === "string" && typeof stored === "string" ? change(asked) === change(stored) : asked === stored

const sound: CaughtBy = ["filter_soundness"]
const complete: CaughtBy = ["filter_completeness"]

const like = (asked: string): RegExp =>
  new RegExp(`^${asked.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("%", "[^]*").replaceAll("_", "[^]")}$`, "u")

/** Faults of comparing text as a whole. */
const ofText: ReadonlyArray<Fault> = [
  { breaks: "case doesn't count", caughtBy: sound, same: texts((text) => text.toLowerCase()) },
  { breaks: "white space around doesn't count", caughtBy: sound, same: texts((text) => text.trim()) },
  {
    breaks: "is found by its beginning",
    caughtBy: sound,
    same: (asked, stored) => String(stored).startsWith(String(asked))
  },
  {
    breaks: "is found by a part of it",
    caughtBy: sound,
    same: (asked, stored) => String(stored).includes(String(asked))
  },
  {
    breaks: "is found by what begins with it",
    caughtBy: sound,
    same: (asked, stored) => String(asked).startsWith(String(stored))
  },
  {
    breaks: "texts with a NUL are never found",
    caughtBy: complete,
    same: (asked, stored) => asked === stored && !String(asked).includes("\0")
  },
  {
    breaks: "accents don't count",
    caughtBy: sound,
    same: texts((text) => text.normalize("NFD").replace(/\p{M}/gu, ""))
  },
  { breaks: "composed and decomposed are the same", caughtBy: sound, same: texts((text) => text.normalize("NFC")) },
  {
    breaks: "% and _ stand for anything",
    caughtBy: sound,
    same: (asked, stored) => like(String(asked)).test(String(stored))
  },
  { breaks: "what follows a NUL doesn't count", caughtBy: sound, same: texts((text) => text.split("\0")[0] ?? "") },
  { breaks: "only 255 characters count", caughtBy: sound, same: texts((text) => text.slice(0, 255)) },
  {
    breaks: "digits are compared as numbers",
    caughtBy: sound,
    same: (asked, stored) => asked === stored || (String(asked).trim() !== "" && Number(asked) === Number(stored))
  },
  {
    breaks: "the tag of a mail address doesn't count",
    caughtBy: sound,
    same: texts((text) => text.replace(/\+[^@]*(?=@)/, ""))
  },
  { breaks: "slashes count once", caughtBy: sound, same: texts((text) => text.replace(/\/+/g, "/")) },
  {
    breaks: "whole numbers are rounded as doubles are",
    caughtBy: sound,
    same: texts((text) => /^\d{16,}$/.test(text) ? `${Number(text)}` : text)
  },
  {
    breaks: "characters beyond the BMP are all the same",
    caughtBy: sound,
    same: texts((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, "?"))
  }
]

/** Those of them that show in short texts of few kinds, as tags and addresses are. */
const ofWords: ReadonlyArray<Fault> = ofText.slice(0, 5)

const ofUuids: ReadonlyArray<Fault> = [ofText[1], ofText[2], ofText[4]].filter((fault) => fault !== undefined)

const ofNumbers: ReadonlyArray<Fault> = [
  { breaks: "fractions are cut off", caughtBy: sound, same: (asked, stored) => Math.trunc(Number(asked)) === stored },
  {
    breaks: "the sign doesn't count",
    caughtBy: sound,
    same: (asked, stored) => Math.abs(Number(asked)) === Math.abs(Number(stored))
  },
  {
    breaks: "numbers are compared by their first digit",
    caughtBy: sound,
    same: (asked, stored) => String(asked).slice(0, 1) === String(stored).slice(0, 1)
  }
]

const ofBooleans: ReadonlyArray<Fault> = [
  {
    breaks: "false is taken for no filter",
    caughtBy: sound,
    same: (asked, stored) => asked === false || asked === stored
  }
]

const ofNull: ReadonlyArray<Fault> = [
  {
    breaks: "null is taken for no filter",
    caughtBy: sound,
    holds: (value, row, filter) => value === null || values(row, filter).includes(value)
  },
  {
    breaks: "null finds nothing",
    caughtBy: complete,
    holds: (value, row, filter) => value !== null && values(row, filter).includes(value)
  },
  {
    breaks: "null finds those that have one",
    caughtBy: ["filter_soundness", "filter_completeness"],
    holds: (value, row, filter) => value === null ? values(row, filter).length > 0 : values(row, filter).includes(value)
  }
]

const isText = (value: unknown): value is string => typeof value === "string"

const ofKind: { readonly [K in Filter["kind"]]: ReadonlyArray<Fault> } = {
  equals: [],
  member: [
    ...ofWords,
    {
      breaks: "only the first of a list counts",
      caughtBy: complete,
      holds: (value, row, filter) =>
        values(row, filter)[0] === value || (value === null && values(row, filter).length === 0)
    },
    {
      breaks: "only lists of one are found",
      caughtBy: complete,
      holds: (value, row, filter) => values(row, filter).join() === (value ?? "")
    },
    {
      breaks: "a list is searched as text",
      caughtBy: sound,
      holds: (value, row, filter) =>
        value === null ? values(row, filter).length === 0 : values(row, filter).join().includes(String(value))
    }
  ],
  anyOf: [
    ...ofWords,
    {
      breaks: "only the first field counts",
      caughtBy: complete,
      holds: (value, row, { fields: [first = ""] }) => stored(row, [first]).includes(value)
    },
    {
      breaks: "only the last field counts",
      caughtBy: complete,
      holds: (value, row, { fields }) => stored(row, fields.slice(-1)).includes(value)
    }
  ],
  oneOf: [
    {
      breaks: "only the first of the values counts",
      caughtBy: complete,
      holds: (value, row, filter) => Array.isArray(value) && values(row, filter).includes(value[0])
    },
    {
      breaks: "only the last of the values counts",
      caughtBy: complete,
      holds: (value, row, filter) => Array.isArray(value) && values(row, filter).includes(value.at(-1))
    },
    {
      breaks: "several values find nothing",
      caughtBy: complete,
      holds: (value, row, filter) =>
        Array.isArray(value) && value.length === 1 && values(row, filter).includes(value[0])
    },
    {
      breaks: "several values are taken for no filter",
      caughtBy: sound,
      holds: (value, row, filter) =>
        Array.isArray(value) && (value.length > 1 || values(row, filter).includes(value[0]))
    },
    {
      breaks: "the values are excluded",
      caughtBy: ["filter_soundness", "filter_completeness"],
      holds: (value, row, filter) => Array.isArray(value) && !values(row, filter).some((other) => value.includes(other))
    }
  ],
  isNull: [
    {
      breaks: "true finds those that have one",
      caughtBy: ["filter_soundness", "filter_completeness"],
      holds: (value, row, filter) => value !== true || values(row, filter).length > 0
    },
    {
      breaks: "false is taken for true",
      caughtBy: complete,
      holds: (_, row, filter) => values(row, filter).length === 0
    }
  ],
  notNull: [
    {
      breaks: "true finds those that have none",
      caughtBy: ["filter_soundness", "filter_completeness"],
      holds: (value, row, filter) => value !== true || values(row, filter).length === 0
    },
    { breaks: "false is taken for true", caughtBy: complete, holds: (_, row, filter) => values(row, filter).length > 0 }
  ],
  before: [
    {
      breaks: "finds what comes after",
      caughtBy: ["filter_soundness", "filter_completeness"],
      holds: (value, row, filter) => values(row, filter).some((other) => healthy.order(other, value) > 0)
    }
  ],
  after: [
    {
      breaks: "finds what comes before",
      caughtBy: ["filter_soundness", "filter_completeness"],
      holds: (value, row, filter) => values(row, filter).some((other) => healthy.order(other, value) < 0)
    }
  ],
  prefix: [
    {
      breaks: "is found anywhere",
      caughtBy: sound,
      holds: (value, row, filter) => values(row, filter).filter(isText).some((other) => other.includes(String(value)))
    },
    {
      breaks: "case doesn't count",
      caughtBy: sound,
      holds: (value, row, filter) =>
        values(row, filter).filter(isText).some((other) => other.toLowerCase().startsWith(String(value).toLowerCase()))
    },
    {
      breaks: "only whole texts are found",
      caughtBy: complete,
      holds: (value, row, filter) => values(row, filter).includes(value)
    },
    {
      breaks: "% and _ stand for anything",
      caughtBy: sound,
      holds: (value, row, filter) =>
        values(row, filter).filter(isText).some((other) => like(`${String(value)}%`).test(other))
    }
  ],
  limit: [],
  custom: []
}

const sign = ({ kind }: Filter): 1 | -1 => kind === "before" ? 1 : -1

const ofTimes = ({ kind }: Filter): ReadonlyArray<Fault> => [
  {
    breaks: "times are compared as text",
    caughtBy: kind === "before" ? complete : sound,
    holds: (value, row, filter) =>
      values(row, filter).some((other) => sign(filter) * (String(other) < String(value) ? -1 : 1) < 0)
  },
  {
    breaks: "only the day counts",
    caughtBy: complete,
    holds: (value, row, filter) =>
      values(row, filter).some((other) =>
        sign(filter) * healthy.order(String(other).slice(0, 10), String(value).slice(0, 10)) < 0
      )
  }
]

const ofRanges: ReadonlyArray<Fault> = [
  {
    breaks: "the boundary lies one further",
    caughtBy: sound,
    holds: (value, row, filter) =>
      values(row, filter).some((other) => typeof other === "number" && sign(filter) * (other - Number(value)) < 2)
  },
  {
    breaks: "numbers are compared as text",
    caughtBy: ["filter_soundness", "filter_completeness"],
    holds: (value, row, filter) =>
      values(row, filter).some((other) =>
        sign(filter) * (String(other) < String(value) ? -1 : String(other) > String(value) ? 1 : 0) < 0
      )
  }
]

/** What can be wrong with a filter, by its kind and by what its field holds. */
export const faultsOf = (name: string, filter: Filter, rows: ReadonlyArray<Row>): ReadonlyArray<Fault> => {
  const sample = rows.flatMap((row) => values(row, filter))[0]
  const isUuid = "uuids_compared" in filter.points
  const whole = filter.kind === "equals" || filter.kind === "oneOf"
  const isRange = filter.kind === "before" || filter.kind === "after"
  const whatever: ReadonlyArray<Fault> = [
    { breaks: "is left out", caughtBy: sound, holds: () => true },
    { breaks: "never finds anything", caughtBy: complete, holds: (value) => value === false }
  ]
  const all: ReadonlyArray<Fault> = [
    ...whatever,
    ...ofKind[filter.kind],
    ...(whole && typeof sample === "string" ? isUuid ? ofUuids : filter.kind === "oneOf" ? ofWords : ofText : []),
    ...(whole && typeof sample === "number" ? ofNumbers : []),
    ...(filter.kind === "equals" && typeof sample === "boolean" ? ofBooleans : []),
    ...(filter.nullable ? ofNull : []),
    ...(isRange ? typeof sample === "number" ? ofRanges : ofTimes(filter) : [])
  ]
  return all.map((fault) => ({ ...fault, breaks: `${name} ${fault.breaks}` }))
}
