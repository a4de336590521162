/**
 * The command `contract`: the checks of any server, from the command line.
 *
 * ```sh
 * deno run --allow-all jsr:@seam-effect/contract-tests/cli --operation ./todos.ts --url http://127.0.0.1:3000
 * ```
 *
 * The module runs when it is the main one. {@link main} is the same for a program that brings more:
 *
 * ```ts
 * import { main } from "@seam-effect/contract-tests/cli"
 *
 * console.log(await main(["--version"])) // 0
 * ```
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { readFile, writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import process from "node:process"
import { pathToFileURL } from "node:url"
import type { Arguments } from "./cli/args.ts"
import * as Args from "./cli/args.ts"
import * as Loopback from "./cli/loopback.ts"
import type { CheckInfo, Convention } from "./engine/Check.ts"
import type { RunError, RunOptions } from "./engine/Contract.ts"
import * as Contract from "./engine/Contract.ts"
import type { CheckResult, Report } from "./engine/Report.ts"
import * as Reports from "./engine/Report.ts"
import type { TargetOptions } from "./engine/Target.ts"
import * as Drift from "./openapi/Drift.ts"
import type { Operation } from "./operation/Operation.ts"
import { isOperation } from "./operation/Operation.ts"
import * as Seam from "./seam/mod.ts"

/** What a program adds to the command. */
export interface Additions {
  /** A target for when no `--url` is given, with what else is known of it. It answers Seam's client sessions. */
  readonly embedded?: () => {
    /** How to reach it. */
    readonly target: TargetOptions
    /** What it is held to besides. */
    readonly options: RunOptions
  }
  /** Checks of a client, run where the embedded target is. */
  readonly client?: {
    /** What they are. */
    readonly catalogue: ReadonlyArray<CheckInfo>
    /** What came of them. */
    readonly results: Effect.Effect<ReadonlyArray<CheckResult>>
  }
}

/** What the command has to do with the world: the process's own by default. */
export interface Surroundings {
  /** An environment variable; throws where reading it is not allowed. */
  readonly variable: (name: string) => string | undefined
  /** Writes to standard output. */
  readonly print: (text: string) => void
  /** Writes to standard error. */
  readonly printError: (text: string) => void
  /** Whether standard error is a terminal: progress is shown only there. */
  readonly stderrIsTerminal: boolean
}

const ofProcess: Surroundings = {
  variable: (name) => process.env[name],
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  stderrIsTerminal: process.stderr.isTTY === true
}

/** Why the command ends without a report: it is said in one or two lines, and the exit code is 2. */
class Usage {
  constructor(readonly message: string) {}
}

// A path may be a key in the wrong place, and the runtime's messages quote it.
const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined
  const name = cause instanceof Error ? cause.name : ""
  return code === "ENOENT" || code === "ERR_MODULE_NOT_FOUND" || name === "NotFound"
    ? "it is not there"
    : code === "EACCES" || name === "NotCapable" || name === "PermissionDenied"
    ? "that is not allowed"
    : "it may be no file"
}

const usingFile = <A>(flag: string, use: Promise<A>): Promise<A> =>
  use.catch((cause: unknown) => {
    throw new Usage(`The file after --${flag} can't be used: ${reasonOf(cause)}.`)
  })

interface Declared {
  readonly operation: Operation
  /** What its contract says beyond the shape of the operation. */
  readonly always: ReadonlyArray<Convention>
  /** What its service is known to do besides. */
  readonly wire: ReadonlyArray<Convention>
}

const seam: Declared = {
  operation: Seam.clientSessions,
  always: [Seam.conventions.page],
  wire: [Seam.conventions.wire]
}

const isConvention = (value: unknown): value is Convention =>
  typeof value === "object" && value !== null && "checks" in value && "points" in value

const load = async (path: string): Promise<Declared> => {
  const loaded: unknown = await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    // Where the module itself is there, what is wrong in it is for its author to read.
    const message = /^(?:Module not found|Cannot find module)/.test(cause instanceof Error ? cause.message : "")
      ? "it is not there, or it imports what is not there."
      : cause instanceof Error
      ? `${cause.name}: ${cause.message.split("\n")[0] ?? ""}`
      : "it threw no error."
    throw new Usage(`The module after --operation can't be loaded: ${message}`)
  })
  const exported: ReadonlyArray<unknown> = Object.values(Object(loaded))
  const operations = exported.filter(isOperation)
  const [operation] = operations
  if (operation === undefined || operations.some((other) => other !== operation)) {
    throw new Usage(
      `The module after --operation has to export one operation, made by Operation.make; it exports ${operations.length}.`
    )
  }
  return { operation, always: exported.filter(isConvention), wire: [] }
}

const credentialsOf = (
  { operation }: Declared,
  given: Arguments,
  variable: Surroundings["variable"]
): Pick<TargetOptions, "credential" | "otherCredential"> => {
  const { credentials } = operation
  const isSeam = operation === Seam.clientSessions
  const read = (name: string): string => {
    try {
      return variable(name) ?? ""
    } catch {
      throw new Usage(`${name} could not be read: allow it with --allow-env, or give the flag.`)
    }
  }
  const tokenFlags = given.has("personal-access-token") || given.has("workspace-id")
  if (!isSeam && tokenFlags) throw new Usage("--personal-access-token and --workspace-id are Seam's.")
  if (credentials === undefined) {
    if (given.has("api-key") || given.has("other-api-key")) {
      throw new Usage("The operation has no credentials: say in the declaration how one travels (credentials).")
    }
    return {}
  }
  const flagged = given.has("api-key") || given.has("personal-access-token")
  const apiKey = given.text("api-key") ?? (flagged ? "" : read(credentials.variable))
  const token = given.text("personal-access-token") ?? (flagged || !isSeam ? "" : read("SEAM_PERSONAL_ACCESS_TOKEN"))
  const workspaceId = given.text("workspace-id") ?? (isSeam && token !== "" ? read("SEAM_WORKSPACE_ID") : "")
  const other = given.text("other-api-key") ??
    (credentials.otherVariable === undefined || isSeam ? "" : read(credentials.otherVariable))
  if (apiKey !== "" && token !== "") throw new Usage("Give an API key or a personal access token, not both.")
  if (apiKey === "" && (token === "" || workspaceId === "")) {
    throw new Usage(
      isSeam
        ? "A server needs --api-key or SEAM_API_KEY, or --personal-access-token together with --workspace-id."
        : `The operation has a credential: give --api-key, or set ${credentials.variable}.`
    )
  }
  if (/[^\u0021-\u007e]/.test(apiKey + token + workspaceId + other)) {
    throw new Usage("The credential has a character in it that can't stand in a header.")
  }
  return {
    credential: token === "" ? apiKey : Seam.credential({ personalAccessToken: token, workspaceId }),
    ...(other !== "" && { otherCredential: other })
  }
}

const drift = async ({ operation }: Declared, path: string, { print, printError }: Surroundings): Promise<number> => {
  if (operation.document === undefined) throw new Usage("The operation has no document to compare with.")
  const bytes = await usingFile("drift", readFile(path))
  const isOurs = operation === Seam.clientSessions
  const { exitCode, lines } = Drift.check(operation.document, bytes, isOurs ? Seam.deviations : undefined)
  if (exitCode === 2) throw new Usage(lines.join("\n"))
  print(lines.map((line) => `${line}\n`).join(""))
  if (exitCode === 1) {
    printError(
      isOurs
        ? "This client does not fit that document as it is.\n"
        : "A client of the recorded operation may not fit that document as it is.\n"
    )
  }
  return exitCode
}

const clearLine = "\r\u001b[K"

const endings = {
  0: "",
  1: "The contract does not hold.\n",
  3: "Nothing failed, but something is vacuous, unanswered, not reproduced, or was not asked or skipped though it was asked for.\n"
} as const

const problem = (error: RunError, given: Arguments): Usage =>
  error._tag === "UnusableOperation"
    ? new Usage(`The declaration can't be used.\n${error.message}`)
    : error._tag === "CannotJudge"
    ? new Usage(error.message)
    // The other options can't be unusable here: their flags have checked them.
    : given.has("replay")
    ? new Usage("--replay needs the id that a failure has named.")
    : new Usage(error.message.replace(/"[^"]*"/, "like that"))

const check = async (
  declared: Declared,
  given: Arguments,
  { client, embedded }: Additions,
  { print, printError, stderrIsTerminal, variable }: Surroundings
): Promise<number> => {
  const text = given.text("url")
  if (text === undefined && (embedded === undefined || declared.operation !== Seam.clientSessions)) {
    throw new Usage("--url says which server to check.")
  }
  const url = text === undefined ? undefined : URL.parse(text) ?? undefined
  if (text !== undefined && !/^https?:$/.test(url?.protocol ?? "")) throw new Usage("--url needs an http or https URL.")
  // No request may have them, and no report.
  if (url !== undefined) url.username = url.password = ""
  const beyond = url !== undefined && !Loopback.isLoopback(url)
  const own = url === undefined ? embedded?.() : {
    target: { url: url.href, fetch: Loopback.fetchFor(url), ...credentialsOf(declared, given, variable) },
    options: {}
  }
  if (own === undefined) return 2
  const conventions = [...declared.always, ...(url === undefined || given.has("conventions") ? declared.wire : [])]
  const name = given.text("check")
  const isClients = client?.catalogue.some((info) => info.name === name) === true
  const clients = client === undefined || url !== undefined || given.has("replay") || (name !== undefined && !isClients)
    ? []
    : (await Effect.runPromise(client.results)).filter((result) => name === undefined || result.name === name)
  const allowVacuous = given.has("allow-vacuous")
  /** Tells a report in the forms that were asked for; in those that programs read alone, where a line says it all to people. */
  const tell = async (report: Report, machinesOnly = false): Promise<void> => {
    if (given.has("json")) print(`${JSON.stringify(report, undefined, 2)}\n`)
    else if (!machinesOnly) print(`${Reports.lines(report, allowVacuous).join("\n")}\n`)
    const junit = given.text("junit")
    if (junit !== undefined) await usingFile("junit", writeFile(junit, Reports.junit(report, allowVacuous)))
  }
  let done = 0
  const options: RunOptions = {
    ...own.options,
    conventions,
    ...numbers(given),
    ...(beyond && { maxRequests: given.number("max-requests") ?? 20_000, rate: given.number("rate") ?? 20 }),
    ...(name !== undefined && { checks: clients.length > 0 ? [] : [name] }),
    ...(given.has("replay") && { replay: given.text("replay") ?? "" }),
    onCheck: ({ name, outcome }) =>
      Effect.sync(() =>
        stderrIsTerminal ? printError(`${clearLine}${++done} done, the last ${name}: ${outcome}`) : undefined
      )
  }
  const exit = await Effect.runPromiseExit(Contract.run(declared.operation, own.target, options))
  if (stderrIsTerminal) printError(clearLine)
  if (Exit.isFailure(exit)) {
    const error = Cause.findErrorOption(exit.cause)
    if (error._tag === "None") throw Cause.squash(exit.cause)
    if (error.value._tag === "CannotJudge") {
      const { message } = error.value
      const asked = Contract.catalogue(declared.operation, conventions)
        .filter(({ name }) => options.checks?.includes(name) ?? true)
      await tell({
        target: own.target.name ?? own.target.url,
        seed: options.seed ?? 0,
        requests: { made: 0, distinct: 0 },
        checks: asked.map(({ kind, name }) => ({
          name,
          kind,
          outcome: "unanswered",
          cases: 0,
          bites: 0,
          why: message
        })),
        readings: []
      }, true)
    }
    throw problem(error.value, given)
  }
  const report: Report = { ...exit.value, checks: [...exit.value.checks, ...clients] }
  await tell(report)
  const code = Reports.exitCode(report, allowVacuous)
  printError(endings[code])
  return code
}

const numbers = (given: Arguments): RunOptions => {
  const [seed, runs, maxRequests, rate, timeout] = [
    given.number("seed"),
    given.number("runs"),
    given.number("max-requests"),
    given.number("rate"),
    given.number("timeout")
  ]
  return {
    ...(seed !== undefined && { seed }),
    ...(runs !== undefined && { runs }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(rate !== undefined && { rate }),
    ...(timeout !== undefined && { timeout: timeout * 1000 })
  }
}

/** Runs the command. Resolves with its exit code: whatever went wrong has then been said. */
export const main = async (
  args: ReadonlyArray<string>,
  additions: Additions = {},
  surroundings: Surroundings = ofProcess
): Promise<number> => {
  try {
    const given = Args.parse(args)
    if (typeof given === "string") throw new Usage(`${given}\nSee --help.`)
    if (given.has("help")) {
      surroundings.print(Args.help())
      return 0
    }
    if (given.has("version")) {
      surroundings.print(`contract ${Args.version}\n`)
      return 0
    }
    const path = given.text("operation")
    const declared = path === undefined ? seam : await load(path)
    const document = given.text("drift")
    return document === undefined
      ? await check(declared, given, additions, surroundings)
      : await drift(declared, document, surroundings)
  } catch (cause) {
    if (cause instanceof Usage) {
      surroundings.printError(`${cause.message}\n`)
      return 2
    }
    // The message of a defect may hold anything. Its class, if it is one of the language's, says a little.
    const kind = [TypeError, RangeError, SyntaxError, ReferenceError].find((type) => cause instanceof type)?.name
    surroundings.printError(
      `This is a bug (${
        kind ?? "unknown error"
      }): please report it with the command line, but without the secrets in it.\n`
    )
    return 1
  }
}

if (import.meta.main) {
  // Standard output may still have something to write: the process ends by itself.
  process.exitCode = await main(process.argv.slice(2))
}
