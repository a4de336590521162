/**
 * The flags of the command: what they are, and what a command line has of them.
 *
 * What somebody typed into the wrong place may be a key, so no text of theirs is in a message.
 *
 * @module
 */
import { parseArgs } from "node:util"

/** The package's version: that of `deno.json`, which is no module of the package. */
export const version = "0.1.0"

interface Flag {
  readonly type: "string" | "boolean"
  /** Whether it may be given several times. */
  readonly multiple?: true
  /** The least that a whole number may be. */
  readonly least?: number
  /** What stands for the value in the help. */
  readonly value?: string
  readonly says: string
}

const flags = {
  "url": { type: "string", value: "URL", says: "The server to check, without the operation's path" },
  "operation": {
    type: "string",
    value: "MODULE",
    says: "The module with the declaration; Seam's client sessions by default"
  },
  "api-key": { type: "string", value: "KEY", says: "Its credential, instead of the operation's variable" },
  "other-api-key": {
    type: "string",
    value: "KEY",
    says: "One of another tenant, to check that neither sees the other"
  },
  "personal-access-token": { type: "string", value: "TOKEN", says: "Seam's other credential, instead of an API key" },
  "workspace-id": { type: "string", value: "ID", says: "The workspace that the personal access token is for" },
  "conventions": { type: "boolean", says: "Check what the contract doesn't say, but the service is known to do, too" },
  "seed": { type: "string", least: -Infinity, value: "NUMBER", says: "What the cases are drawn from; default random" },
  "runs": {
    type: "string",
    least: 1,
    value: "NUMBER",
    says: "Cases of each law, at most; default 100, or one of every kind"
  },
  "check": {
    type: "string",
    multiple: true,
    value: "NAME",
    says: "Only the check of this name, or those of this kind: shape, meaning, spec; as often as needed"
  },
  "skip": { type: "string", multiple: true, value: "NAME", says: "Not the check of this name, or those of this kind" },
  "accept": { type: "string", value: "FILE", says: "Known deviations, as JSON: they are reported, and don't count" },
  "items": {
    type: "string",
    value: "FILE",
    says: "The server's items, as JSON: with them, answers are held against the data"
  },
  "expect": {
    type: "string",
    multiple: true,
    value: "POINT=READING",
    says: "How an open point has to be read; as often as needed"
  },
  "replay": { type: "string", value: "ID", says: "Only the one case that a failure has named" },
  "max-requests": {
    type: "string",
    least: 2,
    value: "NUMBER",
    says: "Requests in all, at most; default 20000 beyond this machine"
  },
  "rate": {
    type: "string",
    least: 1,
    value: "NUMBER",
    says: "Requests a second, at most; default 20 beyond this machine, and slower after a 429"
  },
  "concurrency": {
    type: "string",
    least: 1,
    value: "NUMBER",
    says: "Questions asked at the same time, at most; default 1. The result is the same"
  },
  "timeout": { type: "string", least: 1, value: "SECONDS", says: "For one request; default 10" },
  "allow-vacuous": { type: "boolean", says: "Let a check pass in which no case could have failed" },
  "json": { type: "boolean", says: "Print the report as JSON, and nothing else, on standard output" },
  "junit": { type: "string", value: "FILE", says: "Write the report as JUnit XML to this file" },
  "show-values": {
    type: "boolean",
    says: "Show the values of the server's data in JSON, JUnit and a pipe too, where they stand for what they are"
  },
  "drift": {
    type: "string",
    value: "FILE",
    says: "Compare the operation's document with this one instead; no server is asked"
  },
  "help": { type: "boolean", says: "Show this help" },
  "version": { type: "boolean", says: "Show the version" }
} as const satisfies { readonly [name: string]: Flag }

type Name = keyof typeof flags

const isName = (name: string): name is Name => Object.hasOwn(flags, name)

const names = Object.keys(flags).filter(isName)

/** What a command line has: the flags given, whole numbers already checked. */
export interface Arguments {
  /** The text after a flag. */
  readonly text: (name: Name) => string | undefined
  /** The texts after a flag that may be given several times. */
  readonly texts: (name: Name) => ReadonlyArray<string>
  /** The whole number after a flag. */
  readonly number: (name: Name) => number | undefined
  /** Whether a flag is there. */
  readonly has: (name: Name) => boolean
}

const about = (name: string): Flag | undefined => isName(name) ? flags[name] : undefined

/** Reads a command line; a text says what is wrong with it. */
export const parse = (args: ReadonlyArray<string>): Arguments | string => {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: flags[name].type }])),
    strict: false,
    tokens: true
  })
  const given = new Map<string, ReadonlyArray<string | undefined>>()
  for (const token of tokens) {
    if (token.kind !== "option") {
      return "contract takes nothing but flags: a value goes after its flag."
    }
    const flag = about(token.name)
    if (flag === undefined) return "contract has no such flag."
    if (given.has(token.name) && flag.multiple !== true) return `Give --${token.name} only once.`
    if (flag.type === "boolean" && token.value !== undefined) return `Expected nothing after --${token.name}.`
    if (flag.type === "string" && token.value === undefined) return `Expected a value after --${token.name}.`
    const { least } = flag
    if (least !== undefined && !(/^-?\d{1,15}$/.test(token.value ?? "") && Number(token.value) >= least)) {
      return `Expected ${least === -Infinity ? "a whole number" : `${least} or more`} after --${token.name}.`
    }
    given.set(token.name, [...given.get(token.name) ?? [], token.value])
  }
  return {
    text: (name) => given.get(name)?.[0],
    texts: (name) => (given.get(name) ?? []).filter((text) => text !== undefined),
    number: (name) => given.has(name) ? Number(given.get(name)?.[0]) : undefined,
    has: (name) => given.has(name)
  }
}

/** The help. */
export const help = (): string => {
  const rows = names.map((name) => {
    const flag: Flag = flags[name]
    return [`--${name}${flag.value === undefined ? "" : ` ${flag.value}`}`, flag.says] as const
  })
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return `Check an implementation against its contract: what it answers, and what its filters mean.

USAGE
  contract --url URL [--operation MODULE] [flags]

  Only the one operation is called, with methods that change nothing. Nothing needs to be known of the server's data: the
  questions are made from what it lists. Every check counts its cases, and those that could have failed ("bites"); one
  without any is vacuous, and does not count as passed.

FLAGS
${rows.map(([flag, says]) => `  ${flag.padEnd(width)}  ${says}`).join("\n")}

EXIT CODES
  0  every check passed
  1  a check failed, or an accepted deviation is gone; with --drift: something breaks the client or changes a meaning
  2  wrong usage, or the target or the document can't be judged: nothing answers, or the key or the path is wrong
  3  nothing failed, but something is vacuous, unanswered, not asked or not reproduced, or was asked for and skipped

  An interrupted run (Ctrl-C, SIGTERM) writes what it has to every report; what it hasn't asked is "not asked".

EXAMPLES
  SEAM_API_KEY=… contract --url http://127.0.0.1:3020
  contract --operation ./todos.ts --url http://127.0.0.1:3000
  contract --operation ./todos.ts --url http://127.0.0.1:3000 --json --seed 7 --check filter_conjunction
`
}
