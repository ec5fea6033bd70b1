// Writes JSON as a stream onto the end of a string. Commas are put by the writer; a Key must be followed by one value.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace prisma::json {

// Without the writer: the text of one value at the end of `out`, as serde_json prints it.
void AppendString(std::string& out, std::string_view text);  // with quotes
// The same inside of the text of a JSON string.
void AppendNestedString(std::string& out, std::string_view text);
inline bool NeedsEscapes(std::string_view text);
void AppendInt(std::string& out, int64_t number);
void AppendFloat(std::string& out, double number);  // 1.0, 1e16, 1.5e-7; null if not finite

// True if one of the eight bytes needs an escape: a quote, a backslash or a control character.
inline bool AnyNeedsEscape(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  auto has_zero = [](uint64_t x) { return (x - kOnes) & ~x; };
  return ((((bytes - kOnes * 0x20) & ~bytes) | has_zero(bytes ^ (kOnes * '"')) | has_zero(bytes ^ (kOnes * '\\'))) &
          kHigh) != 0;
}

inline bool NeedsEscapes(std::string_view text) {
  uint64_t bytes;
  size_t i = 0;
  for (; i + sizeof bytes <= text.size(); i += sizeof bytes) {
    std::memcpy(&bytes, text.data() + i, sizeof bytes);
    if (AnyNeedsEscape(bytes)) return true;
  }
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == '"' || c == '\\') return true;
  }
  return false;
}

// Takes a document piece by piece.
using Sink = std::function<void(std::string_view piece)>;

class Writer {
 public:
  // Nested: the document is itself the text of a JSON string (JSON in JSON); each of its quotes is written as `\"`.
  explicit Writer(std::string& out, bool is_nested = false) : out_(out), is_nested_(is_nested) {}
  // What is written goes to the sink now and then, so that a large document is never held whole; the rest stays in
  // `out`.
  Writer(std::string& out, bool is_nested, Sink sink) : out_(out), is_nested_(is_nested), sink_(std::move(sink)) {}

  bool is_nested() const { return is_nested_; }
  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key) {
    Separate();
    Append(key);
    out_ += ':';
    needs_comma_ = false;
  }
  // The key is plain text that needs no escapes.
  void PlainKey(std::string_view key) {
    Separate();
    out_ += is_nested_ ? "\\\"" : "\"";
    out_ += key;
    out_ += is_nested_ ? "\\\":" : "\":";
    needs_comma_ = false;
  }

  void String(std::string_view text) {
    Separate();
    Append(text);
  }
  void Int(int64_t number) {
    Separate();
    AppendInt(out_, number);
  }
  void Float(double number) {
    Separate();
    AppendFloat(out_, number);
  }
  void Bool(bool value) { Raw(value ? "true" : "false"); }
  void Null() { Raw("null"); }
  // `text` is one JSON value, as it stands in the document.
  void Raw(std::string_view text) {
    Separate();
    out_ += text;
  }

  // A member of an object in one call.
  void Member(std::string_view key, std::string_view text) {
    Key(key);
    String(text);
  }
  void Member(std::string_view key, const char* text) { Member(key, std::string_view(text)); }
  void Member(std::string_view key, const std::string& text) { Member(key, std::string_view(text)); }
  void Member(std::string_view key, bool value) {
    Key(key);
    Bool(value);
  }
  void Member(std::string_view key, int64_t number) {
    Key(key);
    Int(number);
  }
  void Member(std::string_view key, int number) { Member(key, static_cast<int64_t>(number)); }
  void Member(std::string_view key, unsigned number) { Member(key, static_cast<int64_t>(number)); }

  // Part of a value, as it stands in the document, without a comma before it.
  void Part(std::string_view text) {
    if (!sink_) {
      out_ += text;
      return;
    }
    Drain();
    sink_(text);
  }
  // Between two parts of a large document.
  void MayDrain() {
    constexpr size_t kMost = size_t{1} << 17;
    if (sink_ && out_.size() >= kMost) Drain();
  }
  void Drain() {
    sink_(out_);
    out_.clear();
  }

  std::string& out() { return out_; }
  // Starts a new document in the same string: no comma before the next value.
  void Restart() { needs_comma_ = false; }

 private:
  void Separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
  }
  void Append(std::string_view text) {
    if (is_nested_) {
      AppendNestedString(out_, text);
    } else {
      AppendString(out_, text);
    }
  }
  void Open(char bracket) {
    Separate();
    out_ += bracket;
    needs_comma_ = false;
  }
  void Close(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
  }

  std::string& out_;
  const bool is_nested_;
  bool needs_comma_ = false;
  Sink sink_;
};

}  // namespace prisma::json
