#include "hosts/python/json_value.h"

#include <charconv>
#include <cstring>
#include <string>

#include "base/text.h"

namespace prisma::python {

namespace {

constexpr int kMaxDepth = 500;

// Keys come again and again: the last one at each place of a small table is kept.
PyObject* CachedKey(std::string_view text) {
  constexpr size_t kPlaces = 512, kLongest = 64;
  static PyObject* places[kPlaces];
  if (text.size() > kLongest) return Text(text);
  size_t hash = 1469598103934665603u;
  for (unsigned char c : text) {
    if (c >= 0x80) return Text(text);
    hash = (hash ^ c) * 1099511628211u;
  }
  PyObject*& place = places[(hash ^ hash >> 32) % kPlaces];
  if (place != nullptr && PyUnicode_GET_LENGTH(place) == static_cast<Py_ssize_t>(text.size()) &&
      std::memcmp(PyUnicode_1BYTE_DATA(place), text.data(), text.size()) == 0) {
    return NewReference(place);
  }
  PyObject* key = Text(text);
  if (key == nullptr) return nullptr;
  PyUnicode_InternInPlace(&key);
  Py_INCREF(key);
  Py_XSETREF(place, key);
  return key;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  PyObject* Parse() {
    Ref value(Value(0));
    Space();
    if (at_ != end_) Fail();
    return value.release();
  }

 private:
  [[noreturn]] static void Fail() {
    PyErr_SetString(PyExc_ValueError, "Invalid JSON");
    throw PythonError{};
  }

  void Space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool Take(char c) {
    Space();
    if (at_ >= end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  PyObject* Word(std::string_view word, PyObject* value) {
    if (static_cast<size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0) Fail();
    at_ += word.size();
    return NewReference(value);
  }

  PyObject* Value(int depth) {
    Space();
    if (at_ >= end_ || depth > kMaxDepth) Fail();
    switch (*at_) {
      case '{':
        return Object(depth);
      case '[':
        return Array(depth);
      case '"':
        return String(false);
      case 't':
        return Word("true", Py_True);
      case 'f':
        return Word("false", Py_False);
      case 'n':
        return Word("null", Py_None);
      default:
        return Number();
    }
  }

  PyObject* Object(int depth) {
    ++at_;
    Ref dict(Checked(PyDict_New()));
    if (Take('}')) return dict.release();
    do {
      Space();
      if (at_ >= end_ || *at_ != '"') Fail();
      Ref key(String(true));
      if (!Take(':')) Fail();
      Ref value(Value(depth + 1));
      if (PyDict_SetItem(dict.get(), key.get(), value.get()) < 0) throw PythonError{};
    } while (Take(','));
    if (!Take('}')) Fail();
    return dict.release();
  }

  PyObject* Array(int depth) {
    ++at_;
    Ref list(Checked(PyList_New(0)));
    if (Take(']')) return list.release();
    do {
      Ref value(Value(depth + 1));
      if (PyList_Append(list.get(), value.get()) < 0) throw PythonError{};
    } while (Take(','));
    if (!Take(']')) Fail();
    return list.release();
  }

  uint32_t Hex4() {
    if (end_ - at_ < 4) Fail();
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      char c = *at_++;
      value <<= 4;
      if (c >= '0' && c <= '9') {
        value |= static_cast<uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        value |= static_cast<uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        value |= static_cast<uint32_t>(c - 'A' + 10);
      } else {
        Fail();
      }
    }
    return value;
  }

  PyObject* String(bool is_key) {
    const char* start = ++at_;
    while (at_ < end_ && *at_ != '"' && *at_ != '\\') ++at_;
    if (at_ >= end_) Fail();
    PyObject* text = nullptr;
    if (*at_ == '"') {
      std::string_view plain(start, static_cast<size_t>(at_ - start));
      text = is_key ? CachedKey(plain) : Text(plain);
      ++at_;
      return Checked(text);
    } else {
      std::string out(start, at_);
      while (true) {
        if (at_ >= end_) Fail();
        char c = *at_++;
        if (c == '"') break;
        if (c != '\\') {
          out += c;
          continue;
        }
        if (at_ >= end_) Fail();
        switch (*at_++) {
          case '"':
            out += '"';
            break;
          case '\\':
            out += '\\';
            break;
          case '/':
            out += '/';
            break;
          case 'b':
            out += '\b';
            break;
          case 'f':
            out += '\f';
            break;
          case 'n':
            out += '\n';
            break;
          case 'r':
            out += '\r';
            break;
          case 't':
            out += '\t';
            break;
          case 'u': {
            uint32_t c0 = Hex4();
            if (c0 >= 0xD800 && c0 < 0xDC00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
              const char* back = at_;
              at_ += 2;
              uint32_t c1 = Hex4();
              if (c1 >= 0xDC00 && c1 < 0xE000) {
                c0 = 0x10000 + ((c0 - 0xD800) << 10) + (c1 - 0xDC00);
              } else {
                at_ = back;
              }
            }
            AppendUtf8(out, c0);
            break;
          }
          default:
            Fail();
        }
      }
      // Lone surrogates are kept, as json.loads keeps them.
      text = PyUnicode_DecodeUTF8(out.data(), static_cast<Py_ssize_t>(out.size()), "surrogatepass");
    }
    Checked(text);
    return text;
  }

  PyObject* Number() {
    const char* start = at_;
    bool is_float = false;
    if (at_ < end_ && *at_ == '-') ++at_;
    while (at_ < end_) {
      char c = *at_;
      if (c == '.' || c == 'e' || c == 'E') {
        is_float = true;
      } else if ((c < '0' || c > '9') && c != '+' && c != '-') {
        break;
      }
      ++at_;
    }
    if (start == at_) Fail();
    if (!is_float) {
      int64_t number = 0;
      auto [end, error] = std::from_chars(start, at_, number);
      if (error == std::errc() && end == at_) return Checked(PyLong_FromLongLong(number));
      std::string digits(start, at_);
      char* stop = nullptr;
      PyObject* big = PyLong_FromString(digits.c_str(), &stop, 10);
      if (big == nullptr || *stop != '\0') {
        Py_XDECREF(big);
        PyErr_Clear();
        Fail();
      }
      return big;
    }
    double number = 0;
    auto [end, error] = std::from_chars(start, at_, number);
    if (end != at_ || (error != std::errc() && error != std::errc::result_out_of_range)) Fail();
    if (error == std::errc::result_out_of_range) number = std::strtod(std::string(start, at_).c_str(), nullptr);
    return Checked(PyFloat_FromDouble(number));
  }

  const char* at_;
  const char* end_;
};

}  // namespace

PyObject* ParseJson(std::string_view text) { return Parser(text).Parse(); }

}  // namespace prisma::python
