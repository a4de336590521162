/**
 * The ways in which the checks present, garble or leave out a credential. Each is known both as a header to send and as
 * what to type in a shell, where a variable stands for the secret.
 *
 * @module
 */

/** One way to ask for admission. */
export interface Authorization {
  /** What it is, for people. */
  readonly says: string
  /** Whose credential it starts from. */
  readonly whose: "own" | "other"
  /** The header made from the secret; `undefined` sends none. */
  readonly header: (secret: string) => string | undefined
  /** The same for a shell, made from the name of the variable that holds the secret. */
  readonly shell: (variable: string) => string | undefined
  /** Whether the credential's other headers go with it. */
  readonly companions: boolean
  /** The same for a report without other people's values, where there are any in it. */
  readonly hidden?: Pick<Authorization, "says" | "shell">
}

const make = (
  says: string,
  header: Authorization["header"],
  shell: Authorization["shell"],
  rest: Partial<Authorization> = {}
): Authorization => ({ says, header, shell, whose: "own", companions: true, ...rest })

const literal = (says: string, value: string): Authorization => make(says, () => value, () => value)

/** The ways that there are for a target with some scheme; the scheme is what stands before the secret. */
export interface Authorizations {
  /** As the declaration has it. */
  readonly own: Authorization
  /** The same, of the other tenant. */
  readonly other: Authorization
  /** The scheme in lower case, which RFC 9110 section 11.1 allows; `undefined` where there is none. */
  readonly lowerCase: Authorization | undefined
  /** None of these is the credential: each must be refused. */
  readonly refused: ReadonlyArray<Authorization>
  /** The credential without the headers that go with it. */
  readonly alone: Authorization
}

const flip = (secret: string): string =>
  secret.replace(/[a-z]/gi, (letter) => letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())

/** Makes them for a scheme such as `Bearer`, or for the bare secret where the scheme is empty. */
export const forScheme = (scheme: string): Authorizations => {
  const before = scheme === "" ? "" : `${scheme} `
  const own = make("the credential", (secret) => `${before}${secret}`, (name) => `${before}$${name}`)
  const refused = [
    make("no credential", () => undefined, () => undefined),
    literal("an unknown credential", `${before}0000unknown_contract_check_key`),
    make(
      "the credential short of its last character",
      (secret) => `${before}${secret.slice(0, -1)}`,
      (name) => `${before}\${${name}%?}`
    ),
    make(
      "the credential with a character added",
      (secret) => `${before}${secret}x`,
      (name) => `${before}\${${name}}x`
    ),
    make(
      "the credential with its case flipped",
      (secret) => `${before}${flip(secret)}`,
      (name) => `${before}$(printf %s "$${name}" | tr 'a-zA-Z' 'A-Za-z')`
    )
  ]
  const withScheme = scheme === "" ? [] : [
    literal("a scheme without a credential", scheme),
    make("the credential without a scheme", (secret) => secret, (name) => `$${name}`),
    make("the credential under another scheme", (secret) => `Token ${secret}`, (name) => `Token $${name}`),
    make("the credential under a longer scheme", (secret) => `x${scheme} ${secret}`, (name) => `x${scheme} $${name}`),
    make(
      "the credential behind another scheme",
      (secret) => `Basic ${scheme} ${secret}`,
      (name) => `Basic ${scheme} $${name}`
    ),
    make(
      "the credential as a Basic user",
      (secret) => `Basic ${btoa(`${secret}:`)}`,
      (name) => `Basic $(printf %s: "$${name}" | base64 -w0)`
    )
  ]
  return {
    own,
    other: { ...own, says: "the other tenant's credential", whose: "other" },
    lowerCase: scheme === "" || scheme === scheme.toLowerCase() ? undefined : make(
      "the credential with a lower-case scheme",
      (secret) => `${scheme.toLowerCase()} ${secret}`,
      (name) => `${scheme.toLowerCase()} $${name}`
    ),
    refused: [...refused, ...withScheme],
    alone: { ...own, says: "the credential without the headers that go with it", companions: false }
  }
}

/** A credential that is none of the target's, or one that was made in another way. */
export const other = (
  says: string,
  value: string,
  shell: string = value,
  companions: boolean = true
): Authorization => make(says, () => value, () => shell, { companions })
