/**
 * Holds the modules' imports and names against the rules of the house: what the client's package imports depends on `effect`
 * alone, and what a program imports at run time on its modules, not its barrels, which would triple the size of a Worker. The
 * contract checks share no code with what they judge, and what is general in them names no field of any API.
 *
 * @module
 */
import contractTests from "../contract-tests/deno.json" with { type: "json" }
import { document } from "../contract-tests/seam/mod.ts"
import client from "../deno.json" with { type: "json" }

interface Module {
  readonly specifier: string
  readonly local?: string
  readonly dependencies?: ReadonlyArray<{ readonly specifier: string }>
}

const graph = async (entryPoint: string): Promise<ReadonlyArray<Module>> => {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entryPoint] }).output()
  const { modules }: { readonly modules: ReadonlyArray<Module> } = JSON.parse(new TextDecoder().decode(stdout))
  return modules
}

// A program never loads the command line.
const isCommand = (specifier: string): boolean => specifier.includes("/src/cli/")
const barrels = /^(?:npm:)?effect(?:@[^/]*)?(?:\/(?:ai|cli|http|http-api|net|process|schema|socket|testing))?$/

const problems: Array<string> = []
let seen = 0
for (const entryPoint of Object.values(client.exports)) {
  for (const { dependencies = [], specifier } of await graph(entryPoint)) {
    if (!specifier.startsWith("file:")) continue
    if (specifier.includes("/contract-tests/")) problems.push(`The client's package imports ${specifier}`)
    for (const { specifier: imported } of dependencies) {
      seen++
      if (imported.startsWith("./") || imported.startsWith("../")) continue
      // A command runs on Deno, which has Node's modules.
      if (imported.startsWith("node:") && isCommand(specifier)) continue
      if (!imported.startsWith("effect/")) {
        problems.push(`${specifier} imports ${imported}: only effect may be imported`)
      } else if (barrels.test(imported) && !isCommand(specifier)) {
        problems.push(`${specifier} imports the barrel ${imported}`)
      }
    }
  }
}

for (const entryPoint of Object.values(contractTests.exports)) {
  for (const { dependencies = [], specifier } of await graph(`contract-tests/${entryPoint}`)) {
    if (!specifier.startsWith("file:")) continue
    seen += dependencies.length
    if (!specifier.includes("/contract-tests/")) problems.push(`The contract checks import ${specifier}`)
  }
}

// Fields that have a name of more than one word: `token` or `ok` may be a word of anybody's.
const fields = [
  ...Object.keys(Object(document.item["properties"])),
  ...Object.keys(document.parameters),
  "client_sessions"
]
  .filter((name) => name.includes("_"))
for (const folder of ["operation", "laws", "engine", "openapi", "client"]) {
  for await (const { name } of Deno.readDir(`contract-tests/${folder}`)) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue
    const text = await Deno.readTextFile(`contract-tests/${folder}/${name}`)
    // What an example in a comment declares is the example's.
    const code = text.replace(/^ \*.*$/gm, "")
    for (const field of fields) {
      seen++
      if (new RegExp(`\\b${field}\\b`).test(code)) {
        problems.push(`contract-tests/${folder}/${name} names the field ${field}`)
      }
    }
    if (/\bseam\b/i.test(code)) problems.push(`contract-tests/${folder}/${name} names Seam`)
  }
}

for (const problem of problems) console.error(problem)
console.log(`${seen} imports and names, ${problems.length} problems`)
if (problems.length > 0 || seen === 0) Deno.exit(1)
