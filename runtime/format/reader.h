// Checked reading of verified FlatBuffer fields. FlatBuffers verification bounds every access but says
// nothing about meaning: any field may be absent, any enum out of range, any string binary, and one long
// vector may be referred to a million times. The first fault is kept; reading goes on harmlessly.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/text.h"

namespace clicklens::format {

class Reader {
 public:
  // Bytes that may be copied out in all.
  explicit Reader(std::size_t budget) noexcept : budget_(budget) {}

  [[nodiscard]] bool ok() const noexcept { return status_.ok(); }
  [[nodiscard]] const base::Status& status() const noexcept { return status_; }

  // Names what is being read, for messages: "features[3]".
  void enter(const char* list, std::size_t index) noexcept {
    list_ = list;
    index_ = index;
  }

  void fail(const char* field, const char* what) noexcept {
    if (!ok()) return;
    status_ = base::Status::error(base::Code::bad_file, "%s[%zu].%s: %s", list_, index_, field, what);
  }

  // A name; may be empty here (whether it must not be is for verify_description).
  std::string name(const flatbuffers::String* text, const char* field) {
    std::string copy = copied(text);
    if (!valid_name(copy)) fail(field, "not a name: UTF-8 without control characters, at most 255 bytes");
    return ok() ? std::move(copy) : std::string();
  }

  std::string free_text(const flatbuffers::String* text, const char* field) {
    std::string copy = copied(text);
    if (!valid_free_text(copy)) fail(field, "not UTF-8 text");
    return ok() ? std::move(copy) : std::string();
  }

  // FlatBuffers promises no alignment of 8-byte elements, hence memcpy.
  template <class T>
  std::vector<T> numbers(const flatbuffers::Vector<T>* from) {
    std::vector<T> copy;
    if (from == nullptr || !spend(sizeof(T) * from->size())) return copy;
    copy.resize(from->size());
    if (!copy.empty()) std::memcpy(copy.data(), from->Data(), sizeof(T) * copy.size());
    return copy;
  }

  // An enum of the file as the one of model_desc.h that has the same values.
  template <class To, class From>
  To enumerator(From value, const char* field) noexcept {
    if (value > From::MAX) {
      fail(field, "a value this version does not know");
      return To{};
    }
    return static_cast<To>(value);
  }

  // read(table) for every element; `from` may be absent.
  template <class To, class From, class Read>
  std::vector<To> tables(const flatbuffers::Vector<flatbuffers::Offset<From>>* from, Read read) {
    std::vector<To> list;
    if (from == nullptr || !spend(sizeof(flatbuffers::uoffset_t) * from->size())) return list;
    list.reserve(from->size());
    for (flatbuffers::uoffset_t i = 0; i < from->size() && ok(); ++i) list.push_back(read(*from->Get(i), i));
    return list;
  }

 private:
  std::string copied(const flatbuffers::String* text) {
    if (text == nullptr || !spend(text->size())) return {};
    return {text->c_str(), text->size()};
  }

  bool spend(std::size_t bytes) noexcept {
    if (bytes <= budget_) {
      budget_ -= bytes;
      return ok();
    }
    budget_ = 0;
    if (ok()) status_ = base::Status::error(base::Code::limit_exceeded, "FlatBuffer: parts are referred to too often");
    return false;
  }

  base::Status status_;
  std::size_t budget_;
  const char* list_ = "model";
  std::size_t index_ = 0;
};

}  // namespace clicklens::format
