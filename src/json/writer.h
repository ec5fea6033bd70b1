// Writes JSON as a stream onto the end of a string. Commas are put by the writer; a Key must be followed by one value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace prisma::json {

// Without the writer: the text of one value at the end of `out`, as serde_json prints it.
void AppendString(std::string& out, std::string_view text);  // with quotes
void AppendInt(std::string& out, int64_t number);
void AppendFloat(std::string& out, double number);  // 1.0, 1e16, 1.5e-7; null if not finite

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key) {
    Separate();
    AppendString(out_, key);
    out_ += ':';
    needs_comma_ = false;
  }
  // The key is plain text that needs no escapes.
  void PlainKey(std::string_view key) {
    Separate();
    out_ += '"';
    out_ += key;
    out_ += "\":";
    needs_comma_ = false;
  }

  void String(std::string_view text) {
    Separate();
    AppendString(out_, text);
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
  // `text` is one JSON value.
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

  std::string& out() { return out_; }
  // Starts a new document in the same string: no comma before the next value.
  void Restart() { needs_comma_ = false; }

 private:
  void Separate() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
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
  bool needs_comma_ = false;
};

}  // namespace prisma::json
