/**
 * `deno task generate`: writes what is generated. With `--check` it writes nothing, and fails where something is stale.
 *
 * @module
 */
import { ClientSession } from "../src/ClientSession.ts"
import { compile } from "./compile.ts"

const [check, ...more] = Deno.args
if (more.length > 0 || (check !== undefined && check !== "--check")) {
  console.error("Usage: deno task generate [--check]")
  Deno.exit(2)
}

const decoder = "src/decode/clientSession.ts"

/** Formats the text of a module at the path, as `deno task fmt` does. */
const formatted = async (path: string, text: string): Promise<string> => {
  const args = ["--yes", "dprint@0.57.4", "fmt", "--stdin", path]
  const dprint = new Deno.Command("npx", { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn()
  await new Blob([text]).stream().pipeTo(dprint.stdin)
  const { code, stdout } = await dprint.output()
  if (code !== 0) throw new Error(`dprint ended with ${code}`)
  return new TextDecoder().decode(stdout)
}

const compiled = (): string => {
  try {
    return compile({ schema: ClientSession, name: "ClientSession", from: "../ClientSession.ts" })
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return Deno.exit(1)
  }
}

const text = await formatted(decoder, compiled())
const isStale = text !== await Deno.readTextFile(decoder).catch(() => "")
if (isStale && check !== undefined) {
  console.error(`${decoder} is stale: run \`deno task generate\`.`)
  Deno.exit(1)
}
if (isStale) await Deno.writeTextFile(decoder, text)
console.log(`${decoder} is ${isStale ? "written" : "up to date"}.`)
