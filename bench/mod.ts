/**
 * `deno task bench`: what it costs to list client sessions, side by side with what one would pick instead.
 *
 * ```sh
 * deno task bench                 # Markdown, in about seven minutes
 * deno task bench --only decode   # or list, stream, size, startup
 * deno task bench --json          # one JSON document and nothing else
 * deno task bench --write         # bench/results.md, bench/plot.svg and the table in the README
 * deno run -A contractLarge.ts    # not among them: what a run of the contract checks takes as the list grows
 * ```
 *
 * Exits with 0 whatever the figures are: what must hold is said to hold, or not to.
 *
 * @module
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { createRequire } from "node:module"
import { cpus } from "node:os"
import { parseArgs } from "node:util"
import { budget, measure as measureSize, workerBundle } from "../platform-tests/size.ts"
import { decode } from "./decode.ts"
import { list } from "./list.ts"
import { plot } from "./plot.ts"
import { barsOf, markdown, type Measurements, type Report, summary } from "./report.ts"
import { startup } from "./startup.ts"
import { stream } from "./stream.ts"

const names: ReadonlyArray<keyof Measurements> = ["decode", "list", "stream", "size", "startup"]

const exit = (message: string): never => {
  console.error(message)
  Deno.exit(2)
}

const options = {
  json: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  only: { type: "string" }
} as const

const argumentsOf = (args: Array<string>) => {
  try {
    const { json, only, write } = parseArgs({ args, options }).values
    if (only !== undefined && !names.some((name) => name === only)) exit(`--only takes one of ${names.join(", ")}.`)
    if (only !== undefined && write) exit("--write takes all of it: leave out --only.")
    return { json, only, write }
  } catch (error) {
    return exit(error instanceof Error ? error.message : String(error))
  }
}

const workerd = (): string => {
  const require = createRequire(import.meta.resolve("npm:miniflare@4.20260426.0"))
  const { version }: { readonly version: string } = require("workerd/package.json")
  return version
}

const { json, only, write } = argumentsOf(Deno.args)
const at = DateTime.formatIso(await Effect.runPromise(DateTime.now))

const isAsked = (name: keyof Measurements): boolean => {
  if (only !== undefined && only !== name) return false
  console.error(`Measuring: ${name}`)
  return true
}

const found: Measurements = {
  ...isAsked("decode") && { decode: await decode() },
  ...isAsked("list") && { list: await list() },
  ...isAsked("stream") && { stream: await stream() },
  ...isAsked("size") && { size: { ...await measureSize(await workerBundle()), budget } },
  ...isAsked("startup") && { startup: await startup() }
}
const report: Report = {
  at,
  runtimes: { Deno: Deno.version.deno, V8: Deno.version.v8.replace(/-.*/, ""), workerd: workerd() },
  cpu: cpus()[0]?.model ?? "unknown CPU",
  cores: cpus().length,
  bars: barsOf(found),
  ...found
}

console.log(json ? JSON.stringify(report) : markdown(report))
if (write) {
  const readme = new URL("../README.md", import.meta.url)
  const table = /(?<=<!-- bench -->\n\n)[^]*?(?=\n\n<!-- \/bench -->)/
  await Deno.writeTextFile(readme, (await Deno.readTextFile(readme)).replace(table, () => summary(report)))
  await Deno.writeTextFile(new URL("results.md", import.meta.url), `# What it costs\n\n${markdown(report)}`)
  await Deno.writeTextFile(new URL("plot.svg", import.meta.url), plot(report))
}
