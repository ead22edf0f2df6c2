package clicklens

// #include <clicklens/clicklens.h>
import "C"

// Scope says what a feature, or a column of a value, depends on.
type Scope uint32

const (
	ScopeRequest   Scope = C.CLENS_SCOPE_REQUEST   // one entry per request: the user, the query
	ScopeCandidate Scope = C.CLENS_SCOPE_CANDIDATE // one per candidate, of the candidate alone: the ad
	ScopePair      Scope = C.CLENS_SCOPE_PAIR      // one per candidate, of both
)

// ColumnKind says how an input's values are to be read.
type ColumnKind uint32

const (
	ColumnRows    ColumnKind = C.CLENS_COLUMN_ROWS    // integers: table rows, encoded by the host
	ColumnKeys    ColumnKind = C.CLENS_COLUMN_KEYS    // integers: raw 64-bit ids, encoded by the model
	ColumnStrings ColumnKind = C.CLENS_COLUMN_STRINGS // raw ids as bytes, encoded by the model
	ColumnFloats  ColumnKind = C.CLENS_COLUMN_FLOATS  // float32: dense features
)

// ValueType is the type of a column's values; constructors of a [Column] choose it.
type ValueType uint32

const (
	TypeInt8    ValueType = C.CLENS_TYPE_I8
	TypeInt16   ValueType = C.CLENS_TYPE_I16
	TypeInt32   ValueType = C.CLENS_TYPE_I32
	TypeInt64   ValueType = C.CLENS_TYPE_I64
	TypeUint8   ValueType = C.CLENS_TYPE_U8
	TypeUint16  ValueType = C.CLENS_TYPE_U16
	TypeUint32  ValueType = C.CLENS_TYPE_U32
	TypeUint64  ValueType = C.CLENS_TYPE_U64
	TypeFloat32 ValueType = C.CLENS_TYPE_F32
	TypeBytes   ValueType = C.CLENS_TYPE_BYTES
)

// OutputKind says what scores are.
type OutputKind uint32

const (
	Probability OutputKind = C.CLENS_OUTPUT_PROBABILITY
	Logit       OutputKind = C.CLENS_OUTPUT_LOGIT
)

// Access says how a file is opened.
type Access uint32

const (
	AccessMap  Access = C.CLENS_ACCESS_MAP  // mapped: constant time, shared pages; replace such a file by rename only
	AccessCopy Access = C.CLENS_ACCESS_COPY // read into private memory
)

// OpenFlags are for [WithFlags].
type OpenFlags uint32

const (
	OpenWarm           OpenFlags = C.CLENS_OPEN_WARM            // touch every page before returning
	OpenHugePages      OpenFlags = C.CLENS_OPEN_HUGE_PAGES      // ask for huge pages; copies where the mapping gets none
	OpenLock           OpenFlags = C.CLENS_OPEN_LOCK            // mlock the segments; ErrIO when the system refuses
	OpenVerifySegments OpenFlags = C.CLENS_OPEN_VERIFY_SEGMENTS // checksum every segment: reads the whole file
)

// Precision is how linears of more than one output compute. Int8 has the same bits on every machine, as F32 has.
type Precision uint32

const (
	PrecisionF32  Precision = C.CLENS_PRECISION_F32
	PrecisionInt8 Precision = C.CLENS_PRECISION_INT8
	PrecisionBF16 Precision = C.CLENS_PRECISION_BF16
	// What the model's file recommends; F32 where it recommends nothing.
	PrecisionRecommended Precision = C.CLENS_PRECISION_RECOMMENDED
)

// Gradients says what [Session.Saliency] may be asked for.
type Gradients uint32

const (
	GradientsNone   Gradients = C.CLENS_GRADIENTS_NONE
	GradientsFull   Gradients = C.CLENS_GRADIENTS_FULL
	GradientsGroups Gradients = C.CLENS_GRADIENTS_GROUPS // LevelGroup by Centred or GradientXInput alone, faster
)

// SaliencyMethod is the influence that is measured, with e the pooled inputs and z the target.
type SaliencyMethod uint32

const (
	Centred        SaliencyMethod = C.CLENS_SALIENCY_CENTRED          // (e - mean e) . dz/de
	GradientXInput SaliencyMethod = C.CLENS_SALIENCY_GRADIENT_X_INPUT // e . dz/de
	GradientL1     SaliencyMethod = C.CLENS_SALIENCY_GRADIENT_L1      // sum |dz/de|
	GradientL2     SaliencyMethod = C.CLENS_SALIENCY_GRADIENT_L2      // sqrt sum (dz/de)^2
)

// SaliencyLevel is what influence is told of.
type SaliencyLevel uint32

const (
	LevelGroup     SaliencyLevel = C.CLENS_LEVEL_GROUP     // candidates x groups
	LevelFeature   SaliencyLevel = C.CLENS_LEVEL_FEATURE   // candidates x features
	LevelID        SaliencyLevel = C.CLENS_LEVEL_ID        // ragged: every candidate's ids, feature by feature
	LevelDimension SaliencyLevel = C.CLENS_LEVEL_DIMENSION // candidates x input width
)

// SaliencyTarget is what inputs have influence on.
type SaliencyTarget uint32

const (
	TargetLogit       SaliencyTarget = C.CLENS_TARGET_LOGIT
	TargetProbability SaliencyTarget = C.CLENS_TARGET_PROBABILITY // the logit's, times p (1 - p)
	TargetNeuron      SaliencyTarget = C.CLENS_TARGET_NEURON      // one column of any value
)

// CacheStorage is how a [Cache] keeps its rows; Float16 is lossy.
type CacheStorage uint32

const (
	CacheF32 CacheStorage = C.CLENS_CACHE_F32
	CacheF16 CacheStorage = C.CLENS_CACHE_F16
)

// GraphFormat is for [Model.Graph].
type GraphFormat uint32

const (
	GraphDOT     GraphFormat = C.CLENS_GRAPH_DOT
	GraphMermaid GraphFormat = C.CLENS_GRAPH_MERMAID
)

// RowType is how a table's numbers are stored.
type RowType uint32

const (
	RowF32  RowType = C.CLENS_ROW_F32
	RowF16  RowType = C.CLENS_ROW_F16
	RowBF16 RowType = C.CLENS_ROW_BF16
	RowInt8 RowType = C.CLENS_ROW_INT8
	RowInt4 RowType = C.CLENS_ROW_INT4
)

// BatchFlags of the C ABI; [Batch] has a field for each.
type BatchFlags uint32

const BatchStrict BatchFlags = C.CLENS_BATCH_STRICT

// SaliencyFlags of the C ABI; [SaliencySpec] has a field for each.
type SaliencyFlags uint32

const SaliencyPerRequest SaliencyFlags = C.CLENS_SALIENCY_PER_REQUEST

// PublishFlags say what [Slot.Publish] leaves out. A model without self-test rows passes that test.
type PublishFlags uint32

const (
	PublishSkipVerify   PublishFlags = C.CLENS_PUBLISH_SKIP_VERIFY    // [Model.Verify], of what was not verified before
	PublishSkipSelfTest PublishFlags = C.CLENS_PUBLISH_SKIP_SELF_TEST // [Model.SelfTest]
	PublishSkipWarm     PublishFlags = C.CLENS_PUBLISH_SKIP_WARM      // [Model.Warm]: the first requests fault the pages in
)
