// The parts of parse_model: each reads one kind of table of the FlatBuffer into its plain form.
#pragma once

#include "format/model_desc.h"
#include "format/reader.h"
#include "model_generated.h"

namespace clicklens::format {

EncoderDesc read_encoder(Reader& reader, const fbs::Encoder& from);
FeatureDesc read_feature(Reader& reader, const fbs::Feature& from);
NodeDesc read_node(Reader& reader, const fbs::Node& from);

}  // namespace clicklens::format
