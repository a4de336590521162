/**
 * Compiles a schema to a module that decodes what `JSON.parse` gives as the schema does, and explains what is wrong with it
 * in the schema's words. Where that runs, it needs no interpreter, and makes no code from text.
 *
 * What isn't known here is refused, with the name of its field: each field is checked as the schema says, or there is no
 * module. To teach it a type: in `codeOf`, with a predicate or a maker in `src/decode/value.ts`, its words in `explain.ts`
 * beside that, values of it in `testing.ts` (`wireOf`), and its source in `compile_test.ts`.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Wire from "../src/decode/wire.ts"

/** What to compile, and for where. */
export interface CompileOptions {
  readonly schema: Schema.Top
  /** The name of the type that the schema decodes to. */
  readonly name: string
  /** Where the module imports that type from. */
  readonly from: string
  /** The folder of `value.ts` and `explain.ts`, as the module imports them. Default: its own. */
  readonly folder?: string
}

/** The source for a value that is checked, and stays as it is. */
interface Checked {
  readonly kind: "checked"
  /** A condition that holds where the variable's value is wrong. */
  readonly isWrong: (variable: string) => string
  /** A predicate that holds where it isn't. */
  readonly predicate: string
  /** The function that reports what is wrong. */
  readonly explain: string
}

/** The source for a value that another one is made of. */
interface Made {
  readonly kind: "made"
  /** The function that gives the new value, or `undefined`. */
  readonly make: string
  /** The function that reports what is wrong. */
  readonly explain: string
}

type Code = Checked | Made

interface Field {
  readonly name: string
  readonly code: Code
  /** The values that count as missing, if the field may be missing. */
  readonly missing: ReadonlyArray<"undefined" | "null">
}

const refuse = (what: string): never => {
  throw new Error(what)
}

// They say something to readers, and nothing to a decoder or in its words.
const harmless = ["title", "description", "documentation", "examples"]

const refuseAnnotations = (annotations: Schema.Annotations.Annotations = {}): void => {
  const unknown = Object.keys(annotations).find((key) => !harmless.includes(key))
  if (unknown !== undefined) refuse(`the annotation \`${unknown}\``)
}

const refuseChecks = (ast: SchemaAST.AST): void => {
  for (const check of ast.checks ?? []) refuse(`the check \`${check.annotations?.expected ?? "<filter>"}\``)
  if ("encodingChecks" in ast && ast.encodingChecks !== undefined) refuse("checks of what is encoded")
}

const plain = (type: "string" | "boolean", predicate: string): Checked => ({
  kind: "checked",
  isWrong: (variable) => `typeof ${variable} !== "${type}"`,
  predicate,
  explain: `Explain.${type}`
})

const finite: Checked = {
  kind: "checked",
  isWrong: (variable) => `!Value.isFinite(${variable})`,
  predicate: "Value.isFinite",
  explain: "Explain.finite"
}

const oneOf = (asts: ReadonlyArray<SchemaAST.Literal>): Checked => {
  const texts = asts.map((ast) => {
    refuseChecks(ast)
    refuseAnnotations(ast.annotations)
    return typeof ast.literal === "string" ? JSON.stringify(ast.literal) : refuse("a literal that isn't a text")
  })
  const literals = [...new Set(texts)]
  return {
    kind: "checked",
    isWrong: (variable) => literals.map((literal) => `${variable} !== ${literal}`).join(" && "),
    predicate: `(json) => ${literals.map((literal) => `json === ${literal}`).join(" || ")}`,
    explain: `Explain.oneOf(${literals.join(", ")})`
  }
}

const nullOr = (code: Code): Code => {
  const explain = `Explain.nullOr(${code.explain})`
  return code.kind === "made" ? { kind: "made", make: `Value.nullOr(${code.make})`, explain } : {
    kind: "checked",
    isWrong: (variable) => `${code.isWrong(variable)} && ${variable} !== null`,
    predicate: `(json) => json === null || !(${code.isWrong("json")})`,
    explain
  }
}

const arrayOf = (code: Code): Code => {
  const explain = `Explain.arrayOf(${code.explain})`
  return code.kind === "made" ? { kind: "made", make: `Value.arrayOf(${code.make})`, explain } : {
    kind: "checked",
    isWrong: (variable) => `!Value.isArrayOf(${variable}, ${code.predicate})`,
    predicate: `(json) => Value.isArrayOf(json, ${code.predicate})`,
    explain
  }
}

/** The type in a union of that type and `null`, in this order. */
const typeOfNullable = ({ options, types: [type, last, ...more] }: SchemaAST.Union): SchemaAST.AST => {
  if (
    type === undefined || SchemaAST.isUnion(type) || last === undefined || !SchemaAST.isNull(last) ||
    last.annotations !== undefined || more.length > 0 || options !== undefined
  ) {
    return refuse("a union of something else than texts, or a type and null, in this order")
  }
  return type
}

const isOptional = ({ context }: SchemaAST.AST): boolean => context?.isOptional === true

const redacted = Schema.Redacted(Schema.String).ast

/** A value that is made of plain text, by one of the transformations in `wire.ts`. */
const declarationCode = (ast: SchemaAST.Declaration): Code => {
  refuseChecks(ast)
  const [link, ...more] = ast.encoding ?? []
  if (
    link === undefined || more.length > 0 || !SchemaAST.isString(link.to) || link.to.encoding !== undefined ||
    isOptional(link.to) !== isOptional(ast)
  ) {
    return refuse("a value that isn't made of a text in one step")
  }
  refuseChecks(link.to)
  refuseAnnotations(link.to.annotations)
  if (link.transformation === Wire.dateTimeFromText && ast.annotations === Schema.DateTimeUtc.ast.annotations) {
    return { kind: "made", make: "Value.dateTime", explain: "Explain.dateTime" }
  }
  // `Redacted` makes its annotations anew each time. These say whether it wants a label.
  const [kind, plain] = [ast, redacted].map(({ annotations = {} }) =>
    JSON.stringify([Object.keys(annotations), annotations["representation"]])
  )
  if (link.transformation === Wire.secretFromText && ast.typeParameters[0] === Schema.String.ast && kind === plain) {
    return { kind: "made", make: "Value.secret", explain: "Explain.string" }
  }
  return refuse("a transformation: there are `Wire.dateTime` and `Wire.secret`")
}

/** The code for a node. */
const codeOf = (ast: SchemaAST.AST): Code => {
  if (SchemaAST.isDeclaration(ast)) return declarationCode(ast)
  if (ast.encoding !== undefined) return refuse("a transformation")
  refuseAnnotations(ast.annotations)
  if (SchemaAST.isNumber(ast) && ast.checks === Schema.Finite.ast.checks) return finite
  refuseChecks(ast)
  switch (ast._tag) {
    case "String":
      return plain("string", "Predicate.isString")
    case "Boolean":
      return plain("boolean", "Predicate.isBoolean")
    case "Literal":
      return oneOf([ast])
    case "Union":
      return ast.types.length > 0 && ast.options === undefined && ast.types.every(SchemaAST.isLiteral)
        ? oneOf(ast.types)
        : nullOr(codeOf(typeOfNullable(ast)))
    case "Arrays":
      return ast.elements.length === 0 && ast.rest.length === 1
        ? arrayOf(codeOf(ast.rest[0] ?? ast))
        : refuse("a tuple")
    default:
      return refuse(`the type ${ast._tag}`)
  }
}

/** What is on the wire of a field made by `Wire.nullMeansMissing`, but for `null`. */
const wireOfNullable = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const [link, ...more] = ast.encoding ?? []
  if (
    link?.transformation._tag !== "Transformation" || link.transformation.decode._tag !== "TransformOptional" ||
    link.transformation.decode.transform !== Wire.missingIfNull
  ) {
    return undefined
  }
  const other = "a field that isn't quite `Wire.nullMeansMissing`"
  if (more.length > 0 || !isOptional(ast) || !isOptional(link.to) || !SchemaAST.isUnion(link.to)) return refuse(other)
  codeOf(link.to)
  const wire = typeOfNullable(link.to)
  // Nothing is said of the type that isn't said of what is on the wire.
  const expected: object = SchemaAST.toType(wire)
  for (const key of Object.keys(ast)) {
    if (key !== "context" && key !== "encoding" && Reflect.get(ast, key) !== Reflect.get(expected, key)) refuse(other)
  }
  return wire
}

// What may not be a variable's name, or is one already where the fields are read.
const reserved =
  /^(?:arguments|await|break|case|catch|class|const|continue|debugger|decoded|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|json|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|undefined|value|var|void|while|with|yield)$/

const fieldOf = ({ name, type }: SchemaAST.PropertySignature): Field => {
  if (typeof name !== "string" || !/^[a-z][a-z0-9_]*$/.test(name) || reserved.test(name) || name in {}) {
    return refuse("a name that can't be a variable's: expected snake_case, and no word of the language")
  }
  refuseAnnotations(type.context?.annotations)
  const wire = wireOfNullable(type)
  if (wire === undefined) return { name, code: codeOf(type), missing: isOptional(type) ? ["undefined"] : [] }
  const code = codeOf(wire)
  return { name, code: { ...code, explain: nullOr(code).explain }, missing: ["undefined", "null"] }
}

/** The fields of a schema. Throws, with the names of those that it refuses. */
const fieldsOf = (schemaName: string, { ast }: Schema.Top): ReadonlyArray<Field> => {
  if (
    !SchemaAST.isObjects(ast) || ast.propertySignatures.length === 0 || ast.indexSignatures.length > 0 ||
    ast.encoding !== undefined
  ) {
    return refuse(`Can't compile ${schemaName}: expected a Schema.Struct with fields.`)
  }
  const fields: Array<Field> = []
  const refused: Array<string> = []
  const attempt = (name: PropertyKey, add: () => void): void => {
    try {
      add()
    } catch (error) {
      refused.push(`  ${String(name)}: ${error instanceof Error ? error.message : error}`)
    }
  }
  attempt("the whole", () => {
    refuseChecks(ast)
    refuseAnnotations(ast.annotations)
  })
  for (const signature of ast.propertySignatures) {
    attempt(signature.name, () => {
      const field = fieldOf(signature)
      if (field.missing.length === 0 && fields.at(-1)?.missing.length) {
        refuse("its place: those that may be missing come last")
      }
      fields.push(field)
    })
  }
  return refused.length === 0 ? fields : refuse(
    `Can't compile ${schemaName}:\n${refused.join("\n")}\n` +
      "Write these with what scripts/compile.ts knows, or teach it: its first comment says where."
  )
}

/** Sets a field that may be missing. */
const setField = ({ code, missing, name }: Field): string => {
  const isThere = missing.map((value) => `${name} !== ${value}`).join(" && ")
  const set = code.kind === "checked"
    ? `if (${code.isWrong(name)}) return undefined; decoded.${name} = ${name}`
    : `const value = ${code.make}(${name}); if (value === undefined) return undefined; decoded.${name} = value`
  return `if (${isThere}) { ${set} }`
}

/** The text of the module: not formatted yet. Throws, and says why, where there is something in the schema that isn't known. */
export const compile = ({ folder = ".", from, name: type, schema }: CompileOptions): string => {
  const fields = fieldsOf(type, schema)
  const required = fields.filter(({ missing }) => missing.length === 0)
  const optional = fields.filter(({ missing }) => missing.length > 0)
  const made = required.flatMap(({ code, name }) => code.kind === "made" ? [{ name, make: code.make }] : [])
  const read = fields.map(({ name }) => name).filter((name) => !made.some((one) => one.name === name))
  const wrong = required
    .map(({ code, name }) => code.kind === "made" ? `${name} === undefined` : code.isWrong(name))
    .map((condition) => condition.includes("&&") ? `(${condition})` : condition)
  const body = [
    ...made.map(({ make, name }) => `const ${name} = ${make}(json.${name})`),
    read.length === 0 ? "" : `const { ${read.join(", ")} } = json`,
    wrong.length === 0 ? "" : `if (${wrong.join(" || ")}) return undefined`,
    `const decoded: Value.Writable<${type}> = { ${required.map(({ name }) => name).join(", ")} }`,
    ...optional.map(setField),
    "return decoded"
  ].join("\n")
  const explain = fields.map(({ code, name }) => `${name}: ${code.explain}`).join(",\n")
  const names = optional.map(({ name }) => `"${name}"`).join(", ")
  return `/**
 * A \`${type}\` from parsed JSON, and what is wrong where there is none.
 *
 * Compiled from the schema of that name by \`deno task generate\`: change the schema, not this.
 *
 * @module
 */
${body.includes("Predicate.") ? `import * as Predicate from "effect/Predicate"` : ""}
import type { ${type} } from "${from}"
import * as Explain from "${folder}/explain.ts"
import * as Value from "${folder}/value.ts"

/** The \`${type}\` in a JSON value: \`undefined\` at the first mismatch, with no reason given. */
export const decode = (json: unknown): ${type} | undefined => {
  if (!Value.isObject(json)) return undefined
  ${body}
}

/** Reports all that is wrong with a JSON value, in the words of the schema. */
export const explain: Explain.Explain = /* @__PURE__ */ Explain.object({
  ${explain}
}${names === "" ? "" : `, [${names}]`})
`
}
