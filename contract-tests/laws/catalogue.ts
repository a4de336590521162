/**
 * The catalogue of checks: closed, each with a name and one sentence that says what it guards.
 *
 * @module
 */
import type { Check } from "../engine/Check.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import * as Credentials from "./credentials.ts"
import * as Isolation from "./isolation.ts"
import * as Known from "./known.ts"
import * as Limits from "./limits.ts"
import * as Shape from "./shape.ts"
import * as Single from "./single.ts"
import * as Stability from "./stability.ts"
import * as Together from "./together.ts"

type About = Pick<Check, "allowedBy" | "applies" | "unchecked">

const shape = (name: string, sentence: string, properties: Check["properties"], about: About = {}): Check => ({
  name,
  kind: "shape",
  sentence,
  properties,
  ...about
})

/** A check of meaning has to have a list to begin with. */
const meaning = (
  name: string,
  sentence: string,
  properties: Check["properties"],
  { allowedBy, applies = () => true }: About = {}
): Check => ({
  name,
  kind: "meaning",
  sentence,
  properties,
  ...(allowedBy !== undefined && { allowedBy }),
  applies: (lab) => lab.survey.answer.items !== undefined && applies(lab)
})

const several = (operation: Operation): boolean => Operations.selecting(operation).length > 1

/** Every check that follows from a declaration, in the order in which they run. */
export const checks: ReadonlyArray<Check> = [
  shape(
    "not_a_server_error",
    "Every request, however odd, gets an answer, and never a server error.",
    Shape.notAServerError
  ),
  shape("status_code_conformance", "The statuses are those that the contract declares.", Shape.statusCodeConformance),
  shape("content_type_conformance", "Items come as application/json.", Shape.contentTypeConformance),
  shape(
    "response_schema_conformance",
    "The body of a 200 is what the document says.",
    Shape.responseSchemaConformance,
    { allowedBy: ({ document }) => document !== undefined, unchecked: Shape.uncheckedKeywords }
  ),
  shape(
    "negative_data_rejection",
    "What the contract doesn't allow is refused.",
    Shape.negativeDataRejection,
    { allowedBy: ({ by }) => by !== "query" }
  ),
  shape(
    "required_filters",
    "Without a filter that has to be given there is no answer.",
    Shape.requiredFilters,
    { allowedBy: ({ required }) => required.length > 0 }
  ),
  shape("positive_data_acceptance", "What the contract allows is accepted.", Shape.positiveDataAcceptance),
  shape(
    "unsupported_method",
    "Methods other than the contract's do nothing.",
    Shape.unsupportedMethod,
    { allowedBy: ({ refuses }) => refuses.length > 0 }
  ),
  shape(
    "ignored_auth",
    "Without a right credential there is no answer.",
    Credentials.ignoredAuth,
    { allowedBy: ({ credentials }) => credentials !== undefined, applies: Credentials.hasCredential }
  ),
  meaning(
    "oracle",
    "The answer to any filter is what the declaration selects from the known items.",
    Known.oracle,
    { applies: (lab) => lab.probe.target.items !== undefined }
  ),
  meaning("filter_soundness", "No item is listed that the filter doesn't ask for.", Single.soundness),
  meaning("filter_completeness", "No item is left out that the filter asks for.", Single.completeness),
  meaning("filter_conjunction", "Several filters must all hold.", Together.conjunction, { allowedBy: several }),
  meaning("filter_monotonicity", "A further filter never adds an item.", Together.monotonicity, { allowedBy: several }),
  meaning(
    "empty_filter_identity",
    "No filter means every item, whatever a filter finds among them.",
    Single.emptyFilter
  ),
  meaning(
    "partition",
    "The items without a value and those of each value make up the whole, and don't overlap.",
    Single.partition,
    { allowedBy: Single.hasPartition }
  ),
  meaning(
    "limit_prefix",
    "A limit gives the first items of the same list.",
    Limits.limits,
    { allowedBy: Limits.hasLimit }
  ),
  meaning("idempotence", "The same request gets the same items again.", Stability.idempotence),
  meaning("order_stability", "The same request gets its items in the same order again.", Stability.orderStability),
  meaning("parameter_order_irrelevance", "The order of the filters means nothing.", Together.parameterOrder, {
    allowedBy: several
  }),
  meaning("concurrent_requests", "Requests in flight together get each its own answer.", Stability.concurrentRequests),
  meaning(
    "no_cross_tenant_leak",
    "A credential never sees another tenant's items.",
    Isolation.noCrossTenantLeak,
    { allowedBy: Isolation.hasTenants }
  ),
  meaning(
    "unknown_value_finds_nothing",
    "A value that no item has finds no item.",
    Single.unknownValue,
    { allowedBy: Single.hasText, applies: (lab) => Single.unknownValue(lab).length > 0 }
  ),
  meaning("no_duplicates", "No item is in an answer twice.", Stability.noDuplicates),
  meaning(
    "reading_conformance",
    "The open points of the contract are read as expected.",
    Known.readingConformance,
    { applies: (lab) => Object.keys(lab.expected).length > 0 }
  )
]
