package clicklens_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/clicklens/clicklens/bindings/go"
)

// TestConformance runs the cases that every host of clicklens runs. CLICKLENS_CONFORMANCE_OUT names the file that the
// table of hosts is made of.
func TestConformance(t *testing.T) {
	file := readCases(t)
	var out *os.File
	if path := os.Getenv("CLICKLENS_CONFORMANCE_OUT"); path != "" {
		out = must[*os.File](t)(os.Create(path))
		defer out.Close()
	}
	for i := range file.Cases {
		c := &file.Cases[i]
		t.Run(c.Title, func(t *testing.T) {
			run := &conformanceCase{t: t, file: file, caseData: c, hash: newHash()}
			run.run()
			status := "equal"
			if t.Failed() {
				status = "different"
			}
			if out != nil {
				hash := fmt.Sprintf("%016x", uint64(run.hash))
				if run.nothing {
					hash = ""
				}
				line := must[[]byte](t)(json.Marshal(struct {
					Host   string `json:"host"`
					Case   string `json:"case"`
					Status string `json:"status"`
					Hash   string `json:"hash"`
				}{"go", c.Title, status, hash}))
				must[int](t)(out.Write(append(line, '\n')))
			}
		})
	}
}

type conformanceCase struct {
	t *testing.T
	*caseData
	file    *caseFile
	hash    hash
	nothing bool
}

func (c *conformanceCase) run() {
	do := map[string]func() error{"score": c.score, "saliency": c.saliency, "means": c.means, "coverage": c.coverage,
		"attribution": c.attribution, "probe": c.probed, "exit": c.exit, "delta": c.delta, "profile": c.profile, "cache": c.cache,
		"open": c.open, "self_test": c.selfTest, "session": c.session, "enum": c.enum, "status_name": c.statusNames}[c.Do]
	if do == nil {
		c.t.Fatalf("no verb %q", c.Do)
	}
	err := do()
	switch {
	case c.Failure == nil && err != nil:
		c.nothing = true
		c.t.Errorf("%v", err)
	case c.Failure != nil:
		want := c.Failure
		var e *clicklens.Error
		if !errors.As(err, &e) {
			c.nothing = true
			c.t.Errorf("%v, not %s", err, want.Name)
			return
		}
		c.hash = newHash()
		c.hash.value(int64(e.Status))
		if int32(e.Status) != want.Status || e.Status.String() != want.Name || !strings.Contains(e.Message, want.Contains) {
			c.t.Errorf("%v, not %s with %q", err, want.Name, want.Contains)
		}
	}
}

// equal compares bits, NaN being one.
func (c *conformanceCase) equal(what string, got []float32, want []hexFloat) {
	c.hash.value(got)
	if len(got) != len(want) {
		c.t.Errorf("%s: %d numbers, not %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if math.Float32bits(got[i]) != math.Float32bits(float32(want[i])) {
			c.t.Errorf("%s: number %d is %v (%08x), not %v", what, i, got[i], math.Float32bits(got[i]), want[i])
			return
		}
	}
}

func (c *conformanceCase) same(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.t.Errorf("%s: %v, not %v", what, got, want)
	}
}

func (c *conformanceCase) path(model string) string {
	return conformance + "models/" + model + ".clens"
}

func (c *conformanceCase) openModel(model string, options ...clicklens.Option) (*clicklens.Model, error) {
	m, err := clicklens.Open(c.path(model), options...)
	if err == nil {
		closing(c.t, m)
	}
	return m, err
}

func (c *conformanceCase) inputs(all []clicklens.Input) (*clicklens.Inputs, error) {
	in, err := clicklens.NewInputs(all...)
	if err == nil {
		closing(c.t, in)
	}
	return in, err
}

func (c *conformanceCase) options() *clicklens.SessionOptions {
	return &clicklens.SessionOptions{Strands: c.Strands, TileRows: c.TileRows, Captures: c.Captures,
		Gradients: map[string]clicklens.Gradients{"full": clicklens.GradientsFull, "groups": clicklens.GradientsGroups}[c.Gradients],
		Precision: map[string]clicklens.Precision{"int8": clicklens.PrecisionInt8, "bf16": clicklens.PrecisionBF16}[c.Precision]}
}

// made is the case's model, batch, and a session for it.
func (c *conformanceCase) made(o *clicklens.SessionOptions) (*clicklens.Model, *clicklens.Batch, *clicklens.Session, error) {
	m, err := c.openModel(c.Model)
	if err != nil {
		return nil, nil, nil, err
	}
	b, inputs := c.file.batch(c.Batch)
	in, err := c.inputs(inputs)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := m.NewSession(in, o)
	if err == nil {
		closing(c.t, s)
	}
	return m, b, s, err
}

func (c *conformanceCase) kind() clicklens.OutputKind {
	return map[string]clicklens.OutputKind{"logit": clicklens.Logit}[c.Output]
}

var saliencyMethods = map[string]clicklens.SaliencyMethod{"centred": clicklens.Centred,
	"gradient_x_input": clicklens.GradientXInput, "gradient_l1": clicklens.GradientL1, "gradient_l2": clicklens.GradientL2}
var levels = map[string]clicklens.SaliencyLevel{"group": clicklens.LevelGroup, "feature": clicklens.LevelFeature,
	"id": clicklens.LevelID, "dimension": clicklens.LevelDimension}
var targets = map[string]clicklens.SaliencyTarget{"logit": clicklens.TargetLogit, "probability": clicklens.TargetProbability,
	"neuron": clicklens.TargetNeuron}
var attributionMethods = map[string]clicklens.AttributionMethod{"integrated_gradients": clicklens.IntegratedGradients,
	"expected_gradients": clicklens.ExpectedGradients, "smoothgrad": clicklens.SmoothGrad, "deeplift": clicklens.DeepLift,
	"ablation": clicklens.Ablation, "additive": clicklens.Additive, "conductance": clicklens.Conductance,
	"neuron_gradients": clicklens.NeuronGradients}
var sections = map[string]clicklens.Sections{"scores": clicklens.ProfileScores, "neurons": clicklens.ProfileNeurons,
	"saliency": clicklens.ProfileSaliency, "features": clicklens.ProfileFeatures}
