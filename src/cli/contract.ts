/**
 * `contract`: the contract checks, against the embedded simulator or any other implementation.
 *
 * @module
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Drift from "../../contract-tests/Drift.ts"
import * as Contract from "../../contract-tests/mod.ts"
import { specChecks } from "../../contract-tests/SpecChecks.ts"
import { specDeviations } from "../../contract-tests/SpecDeviations.ts"
import { isLoopback } from "../internal/loopback.ts"
import { Simulator } from "../simulator/mod.ts"
import { print, runMain } from "./environment.ts"
import { Failure, usage } from "./failure.ts"
import * as Loopback from "./loopback.ts"
import { run } from "./run.ts"
import { ourClient } from "./specSubject.ts"
import * as World from "./world.ts"

const variable = (name: string) => Config.String(name).pipe(Config.withDefault(""))

const variables = Config.all({
  apiKey: variable("SEAM_API_KEY"),
  personalAccessToken: variable("SEAM_PERSONAL_ACCESS_TOKEN"),
  workspaceId: variable("SEAM_WORKSPACE_ID")
})

const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)

const atLeast = (name: string, least: number, description: string) => {
  const range = `${least} or more`
  return Flag.Int(name).pipe(
    Flag.withMetavar(range),
    Flag.filter((value) => value >= least, () => range),
    Flag.withDescription(description),
    Flag.optional
  )
}

const flags = {
  url: text("url", "The server to check; without it, the embedded simulator"),
  apiKey: text("api-key", "Its API key, instead of SEAM_API_KEY"),
  personalAccessToken: text("personal-access-token", "A personal access token, instead of an API key"),
  workspaceId: text("workspace-id", "The workspace that the personal access token is for"),
  otherApiKey: text("other-api-key", "An API key of another workspace, to check that neither sees the other"),
  seed: Flag.Int("seed").pipe(Flag.withDescription("What the cases are drawn from; default random"), Flag.optional),
  runs: atLeast("runs", 1, "Cases of each law, at most; default 100"),
  check: text("check", "Only the check of this name"),
  replay: text("replay", "Only the one case that a failure has named"),
  maxRequests: atLeast("max-requests", 2, "Requests in all, at most; default 20000 beyond this machine"),
  rate: atLeast("rate", 1, "Requests a second, at most; default 20 beyond this machine"),
  timeout: atLeast("timeout", 1, "Seconds for one request; default 10"),
  allowVacuous: Flag.Boolean("allow-vacuous").pipe(
    Flag.withDescription("Let a check pass that found nothing to bite on"),
    Flag.withDefault(false)
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print the report as JSON, and nothing else, on standard output"),
    Flag.withDefault(false)
  ),
  junit: text("junit", "Write the report as JUnit XML to this file"),
  drift: text("drift", "Compare the recorded contract with this OpenAPI document instead; no server is asked")
}

const fail = (message: string) => Effect.fail(new Failure({ message, exitCode: usage }))

// A path may be a key in the wrong place, and the runtime's messages quote it.
const reasonOf = (cause: unknown): string =>
  cause instanceof Deno.errors.NotFound
    ? "it is not there"
    : cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable
    ? "that is not allowed"
    : "it may be no file"

const file = <A>(flag: "drift" | "junit", path: string, use: (path: string) => Promise<A>) =>
  Effect.tryPromise({
    try: () => use(path),
    catch: (cause) =>
      new Failure({ message: `The file after --${flag} can't be used: ${reasonOf(cause)}.`, exitCode: usage })
  })

const embedded = (): Contract.TargetOptions => {
  const [own, ...others] = World.make(World.defaults)
  const [apiKey = ""] = own.credentials.apiKeys
  const otherApiKey = others.flatMap(({ credentials }) => credentials.apiKeys)[0]
  return {
    name: "the embedded simulator",
    // Where `deno task serve` puts the same one.
    url: "http://127.0.0.1:3020",
    fetch: Simulator.make({ workspaces: [own, ...others] }).fetch,
    credential: { apiKey },
    ...(otherApiKey !== undefined && { otherApiKey }),
    sessions: own.sessions
  }
}

/**
 * `fetch` with a connection for each request to this machine, and without a proxy. Many a small server sends the head and
 * the body of an answer one by one, and on a connection that is kept the body then waits 40 ms for the acknowledgement of
 * the head (RFC 1122 section 4.2.3.2, RFC 896). On this machine a new connection costs next to nothing.
 */
const fetchAfresh = Loopback.makeFetch({ poolMaxIdlePerHost: 0 })

/** What the spec checks say of our client, in the form of the report. */
const ourSpec = Effect.map(
  specChecks(ourClient, specDeviations),
  (results) => results.map(({ sentence: _, ...result }): Contract.CheckResult => result)
)

const credentialOf = Effect.fnUntraced(function*(given: {
  readonly apiKey: Option.Option<string>
  readonly personalAccessToken: Option.Option<string>
  readonly workspaceId: Option.Option<string>
}) {
  const environment = yield* variables.pipe(
    Effect.catch(() =>
      fail("SEAM_API_KEY could not be read, nor a personal access token: allow the SEAM_ variables with --allow-env.")
    )
  )
  const flagged = Option.isSome(given.apiKey) || Option.isSome(given.personalAccessToken)
  const value = (flag: Option.Option<string>, name: keyof typeof environment): string =>
    Option.getOrElse(flag, () => flagged && name !== "workspaceId" ? "" : environment[name])
  const apiKey = value(given.apiKey, "apiKey")
  const personalAccessToken = value(given.personalAccessToken, "personalAccessToken")
  const workspaceId = value(given.workspaceId, "workspaceId")
  if (apiKey !== "" && personalAccessToken !== "") {
    return yield* fail("Give an API key or a personal access token, not both.")
  }
  if (apiKey === "" && (personalAccessToken === "" || workspaceId === "")) {
    return yield* fail(
      "A server needs --api-key or SEAM_API_KEY, or --personal-access-token together with --workspace-id."
    )
  }
  const secret = apiKey === "" ? personalAccessToken : apiKey
  if (/[^\u0021-\u007e]/.test(secret + workspaceId)) {
    return yield* fail("The credential has a character in it that can't stand in a header.")
  }
  return apiKey === "" ? { personalAccessToken, workspaceId } : { apiKey }
})

// The other options can't be unusable here: their flags have checked them.
const unusable = (given: { readonly replay: Option.Option<string> }): string =>
  Option.isSome(given.replay)
    ? "--replay needs the id that a failure has named."
    : `There is no such check. There are: ${Contract.catalogue.map(({ name }) => name).join(", ")}.`

const write = (text: string) => Stdio.Stdio.use(({ stderr }) => Stream.run(Stream.succeed(text), stderr()))

const clearLine = "\r\u001b[K"

/** `contract`. */
export const contract = Command.make(
  "contract",
  flags,
  Effect.fnUntraced(function*(given) {
    if (Option.isSome(given.drift)) {
      const { exitCode, lines } = Drift.check(
        yield* file("drift", given.drift.value, (path) => Deno.readTextFile(path))
      )
      if (exitCode === 2) return yield* new Failure({ message: lines.join("\n"), exitCode })
      yield* print(lines.map((line) => `${line}\n`))
      if (exitCode === 1) {
        return yield* new Failure({ message: "This client does not fit that document as it is.", exitCode })
      }
      return
    }

    const url = Option.getOrUndefined(given.url)
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
      return yield* fail(`--url needs an http or https URL.`)
    }
    const beyond = url !== undefined && !isLoopback(new URL(url))
    const target: Contract.TargetOptions = url === undefined ? embedded() : {
      url,
      fetch: yield* fetchAfresh,
      credential: yield* credentialOf(given),
      ...Option.isSome(given.otherApiKey) && { otherApiKey: given.otherApiKey.value }
    }

    const spec = url === undefined && Option.isNone(given.replay)
      ? (yield* ourSpec).filter(({ name }) => Option.getOrElse(given.check, () => name) === name)
      : []
    const onlySpec = spec.length > 0 && Option.isSome(given.check)

    const stdio = yield* Stdio.Stdio
    const showProgress = yield* stdio.stderrIsTerminal
    let done = 0
    const onCheck = ({ name, outcome }: Contract.CheckResult) =>
      showProgress
        ? write(`${clearLine}${++done} done, the last ${name}: ${outcome}`).pipe(
          Effect.provideService(Stdio.Stdio, stdio),
          Effect.ignore
        )
        : Effect.void

    const found = yield* Contract.run(target, {
      ...Option.isSome(given.seed) && { seed: given.seed.value },
      ...Option.isSome(given.runs) && { runs: given.runs.value },
      ...(onlySpec ? { checks: [] } : Option.isSome(given.check) && { checks: [given.check.value] }),
      ...Option.isSome(given.replay) && { replay: given.replay.value },
      ...Option.isSome(given.timeout) && { timeout: given.timeout.value * 1000 },
      ...(Option.isSome(given.maxRequests)
        ? { maxRequests: given.maxRequests.value }
        : beyond && { maxRequests: 20_000 }),
      ...(Option.isSome(given.rate) ? { rate: given.rate.value } : beyond && { rate: 20 }),
      ...(url === undefined && { expected: Contract.simulatorReadings }),
      onCheck
    }).pipe(Effect.catchTag("UnusableOptions", () => fail(unusable(given))))
    if (showProgress) yield* write(clearLine)

    const report: Contract.Report = { ...found, checks: [...found.checks, ...spec] }
    yield* print(
      given.json
        ? [JSON.stringify(report, undefined, 2), "\n"]
        : Contract.lines(report, given.allowVacuous).map((line) => `${line}\n`)
    )
    if (Option.isSome(given.junit)) {
      yield* file(
        "junit",
        given.junit.value,
        (path) => Deno.writeTextFile(path, Contract.junit(report, given.allowVacuous))
      )
    }
    if (!Contract.isHeld(report, given.allowVacuous)) {
      return yield* new Failure({ message: "The contract does not hold.", exitCode: 1 })
    }
  }, Effect.scoped)
).pipe(
  Command.withShortDescription("Check an implementation against the contract"),
  Command.withDescription(`Check an implementation against the contract: what it answers, and what its filters mean.

  Only the one operation is called, which changes nothing. Nothing needs to be known of the server's data: the
  filters are made from what it lists. Every check counts its cases, and those that could have failed ("bites");
  one without any is vacuous, and does not count as passed.

  Exit codes: 0 every check held; 1 one did not; 2 wrong usage. With --drift: 0 the same, or harmless
  differences; 1 something breaks this client or changes a meaning; 2 the document can't be used.`),
  Command.withExamples([
    { command: "deno task contract", description: "The embedded simulator" },
    {
      command: "SEAM_API_KEY=… deno task contract --url http://127.0.0.1:3020",
      description: "Any server, in any language"
    },
    {
      command: "deno task contract --json --seed 7 --check filter_conjunction",
      description: "One check, for a program"
    },
    { command: "deno task contract --drift openapi.json", description: "Does a newer document still fit this client?" }
  ])
)

if (import.meta.main) runMain(run(contract, Deno.args))
