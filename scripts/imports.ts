/**
 * Holds the published modules' imports against two rules: what a program imports at run time depends on `effect` alone,
 * and on its modules, not its barrels, which would triple the size of a Worker. And the contract checks share no code with
 * what they judge.
 *
 * @module
 */

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

// The command line and the contract checks are programs of their own: a program that lists never loads them.
const entryPoints = ["mod.ts", "src/simulator/mod.ts"]
const barrels = /^(?:npm:)?effect(?:@[^/]*)?(?:\/(?:ai|cli|http|http-api|net|process|schema|socket|testing))?$/

const problems: Array<string> = []
let seen = 0
for (const entryPoint of entryPoints) {
  for (const { dependencies = [], specifier } of await graph(entryPoint)) {
    if (!specifier.startsWith("file:")) continue
    for (const { specifier: imported } of dependencies) {
      seen++
      if (imported.startsWith("./") || imported.startsWith("../")) continue
      if (!imported.startsWith("effect/")) {
        problems.push(`${specifier} imports ${imported}: only effect may be imported`)
      } else if (barrels.test(imported)) problems.push(`${specifier} imports the barrel ${imported}`)
    }
  }
}

for (const { dependencies = [], specifier } of await graph("contract-tests/mod.ts")) {
  if (!specifier.startsWith("file:")) continue
  seen += dependencies.length
  if (/\/src\/|\/mod\.ts$/.test(specifier) && !specifier.endsWith("/contract-tests/mod.ts")) {
    problems.push(`The contract checks import ${specifier}`)
  }
}

for (const problem of problems) console.error(problem)
console.log(`${seen} imports, ${problems.length} problems`)
if (problems.length > 0 || seen === 0) Deno.exit(1)
