package clicklens_test

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

// constants are the C ABI's, by name, as this package has them.
var constants = map[string]int64{
	"CLENS_OK":                               int64(clicklens.StatusOK),
	"CLENS_E_INVALID_ARGUMENT":               int64(clicklens.ErrInvalidArgument),
	"CLENS_E_BAD_STATE":                      int64(clicklens.ErrBadState),
	"CLENS_E_BUFFER_TOO_SMALL":               int64(clicklens.ErrBufferTooSmall),
	"CLENS_E_NOT_FOUND":                      int64(clicklens.ErrNotFound),
	"CLENS_E_STALE":                          int64(clicklens.ErrStale),
	"CLENS_E_BAD_FILE":                       int64(clicklens.ErrBadFile),
	"CLENS_E_CHECKSUM_MISMATCH":              int64(clicklens.ErrChecksumMismatch),
	"CLENS_E_UNKNOWN_REQUIREMENT":            int64(clicklens.ErrUnknownRequirement),
	"CLENS_E_LIMIT_EXCEEDED":                 int64(clicklens.ErrLimitExceeded),
	"CLENS_E_BAD_BATCH":                      int64(clicklens.ErrBadBatch),
	"CLENS_E_BAD_VALUE":                      int64(clicklens.ErrBadValue),
	"CLENS_E_OUT_OF_MEMORY":                  int64(clicklens.ErrOutOfMemory),
	"CLENS_E_IO":                             int64(clicklens.ErrIO),
	"CLENS_E_UNSUPPORTED":                    int64(clicklens.ErrUnsupported),
	"CLENS_E_UNSUPPORTED_ISA":                int64(clicklens.ErrUnsupportedISA),
	"CLENS_E_INTERNAL":                       int64(clicklens.ErrInternal),
	"CLENS_SCOPE_REQUEST":                    int64(clicklens.ScopeRequest),
	"CLENS_SCOPE_CANDIDATE":                  int64(clicklens.ScopeCandidate),
	"CLENS_SCOPE_PAIR":                       int64(clicklens.ScopePair),
	"CLENS_COLUMN_ROWS":                      int64(clicklens.ColumnRows),
	"CLENS_COLUMN_KEYS":                      int64(clicklens.ColumnKeys),
	"CLENS_COLUMN_STRINGS":                   int64(clicklens.ColumnStrings),
	"CLENS_COLUMN_FLOATS":                    int64(clicklens.ColumnFloats),
	"CLENS_TYPE_I8":                          int64(clicklens.TypeInt8),
	"CLENS_TYPE_I16":                         int64(clicklens.TypeInt16),
	"CLENS_TYPE_I32":                         int64(clicklens.TypeInt32),
	"CLENS_TYPE_I64":                         int64(clicklens.TypeInt64),
	"CLENS_TYPE_U8":                          int64(clicklens.TypeUint8),
	"CLENS_TYPE_U16":                         int64(clicklens.TypeUint16),
	"CLENS_TYPE_U32":                         int64(clicklens.TypeUint32),
	"CLENS_TYPE_U64":                         int64(clicklens.TypeUint64),
	"CLENS_TYPE_F32":                         int64(clicklens.TypeFloat32),
	"CLENS_TYPE_BYTES":                       int64(clicklens.TypeBytes),
	"CLENS_OUTPUT_PROBABILITY":               int64(clicklens.Probability),
	"CLENS_OUTPUT_LOGIT":                     int64(clicklens.Logit),
	"CLENS_ACCESS_MAP":                       int64(clicklens.AccessMap),
	"CLENS_ACCESS_COPY":                      int64(clicklens.AccessCopy),
	"CLENS_OPEN_WARM":                        int64(clicklens.OpenWarm),
	"CLENS_OPEN_HUGE_PAGES":                  int64(clicklens.OpenHugePages),
	"CLENS_OPEN_LOCK":                        int64(clicklens.OpenLock),
	"CLENS_OPEN_VERIFY_SEGMENTS":             int64(clicklens.OpenVerifySegments),
	"CLENS_PRECISION_F32":                    int64(clicklens.PrecisionF32),
	"CLENS_PRECISION_INT8":                   int64(clicklens.PrecisionInt8),
	"CLENS_PRECISION_BF16":                   int64(clicklens.PrecisionBF16),
	"CLENS_PRECISION_RECOMMENDED":            int64(clicklens.PrecisionRecommended),
	"CLENS_PUBLISH_SKIP_VERIFY":              int64(clicklens.PublishSkipVerify),
	"CLENS_PUBLISH_SKIP_SELF_TEST":           int64(clicklens.PublishSkipSelfTest),
	"CLENS_PUBLISH_SKIP_WARM":                int64(clicklens.PublishSkipWarm),
	"CLENS_GRADIENTS_NONE":                   int64(clicklens.GradientsNone),
	"CLENS_GRADIENTS_FULL":                   int64(clicklens.GradientsFull),
	"CLENS_GRADIENTS_GROUPS":                 int64(clicklens.GradientsGroups),
	"CLENS_SALIENCY_CENTRED":                 int64(clicklens.Centred),
	"CLENS_SALIENCY_GRADIENT_X_INPUT":        int64(clicklens.GradientXInput),
	"CLENS_SALIENCY_GRADIENT_L1":             int64(clicklens.GradientL1),
	"CLENS_SALIENCY_GRADIENT_L2":             int64(clicklens.GradientL2),
	"CLENS_LEVEL_GROUP":                      int64(clicklens.LevelGroup),
	"CLENS_LEVEL_FEATURE":                    int64(clicklens.LevelFeature),
	"CLENS_LEVEL_ID":                         int64(clicklens.LevelID),
	"CLENS_LEVEL_DIMENSION":                  int64(clicklens.LevelDimension),
	"CLENS_TARGET_LOGIT":                     int64(clicklens.TargetLogit),
	"CLENS_TARGET_PROBABILITY":               int64(clicklens.TargetProbability),
	"CLENS_TARGET_NEURON":                    int64(clicklens.TargetNeuron),
	"CLENS_CACHE_F32":                        int64(clicklens.CacheF32),
	"CLENS_CACHE_F16":                        int64(clicklens.CacheF16),
	"CLENS_GRAPH_DOT":                        int64(clicklens.GraphDOT),
	"CLENS_GRAPH_MERMAID":                    int64(clicklens.GraphMermaid),
	"CLENS_ROW_F32":                          int64(clicklens.RowF32),
	"CLENS_ROW_F16":                          int64(clicklens.RowF16),
	"CLENS_ROW_BF16":                         int64(clicklens.RowBF16),
	"CLENS_ROW_INT8":                         int64(clicklens.RowInt8),
	"CLENS_ROW_INT4":                         int64(clicklens.RowInt4),
	"CLENS_BATCH_STRICT":                     int64(clicklens.BatchStrict),
	"CLENS_SALIENCY_PER_REQUEST":             int64(clicklens.SaliencyPerRequest),
	"CLENS_PROFILE_SCORES":                   int64(clicklens.ProfileScores),
	"CLENS_PROFILE_NEURONS":                  int64(clicklens.ProfileNeurons),
	"CLENS_PROFILE_SALIENCY":                 int64(clicklens.ProfileSaliency),
	"CLENS_PROFILE_FEATURES":                 int64(clicklens.ProfileFeatures),
	"CLENS_PROFILE_PART_SCORES":              int64(clicklens.PartScores),
	"CLENS_PROFILE_PART_POOLED":              int64(clicklens.PartPooled),
	"CLENS_PROFILE_PART_RAW":                 int64(clicklens.PartRaw),
	"CLENS_PROFILE_PART_SALIENCY":            int64(clicklens.PartSaliency),
	"CLENS_PROFILE_PART_SIZES":               int64(clicklens.PartSizes),
	"CLENS_IDS_ROWS":                         int64(clicklens.IDRows),
	"CLENS_IDS_KEYS":                         int64(clicklens.IDKeys),
	"CLENS_IDS_STRINGS":                      int64(clicklens.IDStrings),
	"CLENS_NEURONS_SCORES":                   int64(clicklens.NeuronsScores),
	"CLENS_NEURONS_CLUSTERED":                int64(clicklens.NeuronsClustered),
	"CLENS_NEURONS_PROVE":                    int64(clicklens.NeuronsProve),
	"CLENS_NEURON_DEAD":                      int64(clicklens.NeuronDead),
	"CLENS_NEURON_PROVABLY_DEAD":             int64(clicklens.NeuronProvablyDead),
	"CLENS_NEURON_ALWAYS_ON":                 int64(clicklens.NeuronAlwaysOn),
	"CLENS_NEURON_SATURATED":                 int64(clicklens.NeuronSaturated),
	"CLENS_NEURON_DUPLICATE":                 int64(clicklens.NeuronDuplicate),
	"CLENS_PROBE_LABEL":                      int64(clicklens.ProbeLabel),
	"CLENS_PROBE_NUMBER":                     int64(clicklens.ProbeNumber),
	"CLENS_CONTROL_SHUFFLED":                 int64(clicklens.ControlShuffled),
	"CLENS_CONTROL_RANDOM_TASK":              int64(clicklens.ControlRandomTask),
	"CLENS_DRIFT_SCORE":                      int64(clicklens.DriftScore),
	"CLENS_DRIFT_ELEMENT":                    int64(clicklens.DriftElement),
	"CLENS_DRIFT_IDS":                        int64(clicklens.DriftIDs),
	"CLENS_DRIFT_MISSING":                    int64(clicklens.DriftMissing),
	"CLENS_DRIFT_UNKNOWN":                    int64(clicklens.DriftUnknown),
	"CLENS_DRIFT_NEURON":                     int64(clicklens.DriftNeuron),
	"CLENS_DRIFT_SALIENCY":                   int64(clicklens.DriftSaliency),
	"CLENS_DRIFT_AUC":                        int64(clicklens.DriftAUC),
	"CLENS_DRIFT_SLOPE":                      int64(clicklens.DriftSlope),
	"CLENS_DRIFT_CALIBRATION":                int64(clicklens.DriftCalibration),
	"CLENS_DRIFT_NONE":                       int64(clicklens.DriftNone),
	"CLENS_DRIFT_FOUND":                      int64(clicklens.DriftFound),
	"CLENS_DRIFT_NOT_ENOUGH":                 int64(clicklens.DriftNotEnough),
	"CLENS_RECORDER_THREAD":                  int64(clicklens.RecorderThread),
	"CLENS_ATTRIBUTION_INTEGRATED_GRADIENTS": int64(clicklens.IntegratedGradients),
	"CLENS_ATTRIBUTION_EXPECTED_GRADIENTS":   int64(clicklens.ExpectedGradients),
	"CLENS_ATTRIBUTION_SMOOTHGRAD":           int64(clicklens.SmoothGrad),
	"CLENS_ATTRIBUTION_DEEPLIFT":             int64(clicklens.DeepLift),
	"CLENS_ATTRIBUTION_ABLATION":             int64(clicklens.Ablation),
	"CLENS_ATTRIBUTION_ADDITIVE":             int64(clicklens.Additive),
	"CLENS_ATTRIBUTION_CONDUCTANCE":          int64(clicklens.Conductance),
	"CLENS_ATTRIBUTION_NEURON_GRADIENTS":     int64(clicklens.NeuronGradients),
	"CLENS_ATTRIBUTION_GRADIENTS_ONLY":       int64(clicklens.AttributionGradientsOnly),
	"CLENS_FAITHFULNESS_INFIDELITY":          int64(clicklens.Infidelity),
	"CLENS_FAITHFULNESS_SENSITIVITY":         int64(clicklens.Sensitivity),
	"CLENS_NODE_STEP":                        int64(clicklens.NodeStep),
	"CLENS_NODE_FUSED":                       int64(clicklens.NodeFused),
	"CLENS_NODE_VIEW":                        int64(clicklens.NodeView),
	"CLENS_NODE_NEVER":                       int64(clicklens.NodeNever),
	"CLENS_IMPORTANCE_PERMUTATION":           int64(clicklens.ImportancePermutation),
	"CLENS_IMPORTANCE_ABLATION":              int64(clicklens.ImportanceAblation),
	"CLENS_DAY_TRAIN":                        int64(clicklens.DayTrain),
	"CLENS_DAY_HOLD":                         int64(clicklens.DayHold),
	"CLENS_DAY_TEST":                         int64(clicklens.DayTest),
	"CLENS_FINDING_OVERFIT":                  int64(clicklens.FindingOverfit),
	"CLENS_FINDING_LAYER":                    int64(clicklens.FindingLayer),
	"CLENS_FINDING_USELESS_GROUP":            int64(clicklens.FindingUselessGroup),
	"CLENS_FINDING_MEMORISING_GROUP":         int64(clicklens.FindingMemorisingGroup),
	"CLENS_FINDING_DEAD":                     int64(clicklens.FindingDead),
	"CLENS_FINDING_PROVABLY_DEAD":            int64(clicklens.FindingProvablyDead),
	"CLENS_FINDING_SATURATED":                int64(clicklens.FindingSaturated),
	"CLENS_FINDING_DUPLICATE":                int64(clicklens.FindingDuplicate),
	"CLENS_FINDING_REDUNDANT_LAYER":          int64(clicklens.FindingRedundantLayer),
	"CLENS_FINDING_CALIBRATION":              int64(clicklens.FindingCalibration),
	"CLENS_FINDING_CALIBRATION_BUCKET":       int64(clicklens.FindingCalibrationBucket),
	"CLENS_FINDING_CALIBRATION_GROUP":        int64(clicklens.FindingCalibrationGroup),
	"CLENS_FINDING_DRIFT_SCORE":              int64(clicklens.FindingDriftScore),
	"CLENS_FINDING_DRIFT_FEATURE":            int64(clicklens.FindingDriftFeature),
	"CLENS_FINDING_DRIFT_NEURONS":            int64(clicklens.FindingDriftNeurons),
	"CLENS_FINDING_DRIFT_AUC":                int64(clicklens.FindingDriftAUC),
	"CLENS_FINDING_COVERAGE":                 int64(clicklens.FindingCoverage),
	"CLENS_FINDING_HASH_LOAD":                int64(clicklens.FindingHashLoad),
	"CLENS_FINDING_SALIENCY":                 int64(clicklens.FindingSaliency),
	"CLENS_FINDING_STATE_NONE":               int64(clicklens.FindingNone),
	"CLENS_FINDING_STATE_FOUND":              int64(clicklens.FindingFound),
	"CLENS_FINDING_STATE_NOT_ENOUGH":         int64(clicklens.FindingNotEnough),
	"CLENS_SEVERITY_NOTE":                    int64(clicklens.SeverityNote),
	"CLENS_SEVERITY_WARNING":                 int64(clicklens.SeverityWarning),
	"CLENS_SEVERITY_FAULT":                   int64(clicklens.SeverityFault),
	"CLENS_PRUNE_DEAD":                       int64(clicklens.PruneDead),
	"CLENS_PRUNE_WEAK":                       int64(clicklens.PruneWeak),
	"CLENS_PRUNE_DUPLICATE":                  int64(clicklens.PruneDuplicate),
	"CLENS_CALIBRATION_PLATT":                int64(clicklens.CalibrationPlatt),
	"CLENS_CALIBRATION_ISOTONIC":             int64(clicklens.CalibrationIsotonic),
}

// Every enumerator and flag of the header has its constant, of the same value.
func TestConstantsAreTheHeaders(t *testing.T) {
	text, err := os.ReadFile("../../capi/include/clicklens/clicklens.h")
	if err != nil {
		t.Skip(err)
	}
	found := 0
	hold := func(name, value string) {
		found++
		want := must[int64](t)(strconv.ParseInt(value, 10, 64))
		if got, is := constants[name]; !is || got != want {
			t.Errorf("%s is %s, here %d (%v)", name, value, got, is)
		}
	}
	for _, enum := range regexp.MustCompile(`(?s)typedef enum \w+ \{(.*?)\} \w+;`).FindAllSubmatch(text, -1) {
		body := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(enum[1], nil)
		for _, e := range regexp.MustCompile(`(CLENS_\w+) = (\d+)`).FindAllSubmatch(body, -1) {
			hold(string(e[1]), string(e[2]))
		}
	}
	for _, flag := range regexp.MustCompile(`(?m)^#define (CLENS_\w+) (\d+)u`).FindAllSubmatch(text, -1) {
		hold(string(flag[1]), string(flag[2]))
	}
	if found != len(constants) {
		t.Errorf("the header has %d constants, this package %d", found, len(constants))
	}
}

func TestStatusNames(t *testing.T) {
	for name, value := range constants {
		if regexp.MustCompile(`^CLENS_(OK|E_)`).MatchString(name) && clicklens.Status(value).String() != name {
			t.Errorf("%s calls itself %s", name, clicklens.Status(value))
		}
	}
	if clicklens.Status(7).String() != "CLENS_E_?" {
		t.Error(clicklens.Status(7))
	}
}
