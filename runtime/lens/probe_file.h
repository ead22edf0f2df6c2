// Probes on disk: a file of their own, or inside their model's.
#pragma once

#include "lens/probe.h"

namespace clicklens::lens {

// Appears at `path` whole or not at all.
base::Status save_probe(const Probe& probe, const char* path);
// BAD_STATE: fitted to another model. Messages name the path.
base::Result<Probe> open_probe(const char* path, const exec::Model& model);

// Writes the model at model_path with the probe in it, in place of one it may carry, to out_path (which may be the
// same). Its segments are verified on the way. BAD_STATE: another model.
base::Status attach_probe(const Probe& probe, const char* model_path, const char* out_path);
// The probe that the model's file carries. NOT_FOUND.
base::Result<Probe> attached_probe(const exec::Model& model);

}  // namespace clicklens::lens
