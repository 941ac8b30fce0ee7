#pragma once
// Python's pickles, read without Python and without doing what they say.
//
// A pickle is a program for a machine with a stack that builds numbers, text, lists and dictionaries, and may name any function of Python's and call it. Here
// names stay names and a call is a value that says what was called with what: nothing is ever run. The opcodes are those of protocols 0 to 5
// (pickletools.py of CPython describes them); those that share memory with other processes or look up registered classes are refused.

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace seegrad::nn::detail {

/// A value of a pickle. Values belong to the unpickler that read them, and may contain each other in circles.
struct pickled {
  struct none {};
  struct name {
    std::string text;  ///< "torch._utils._rebuild_tensor_v2"
  };
  using list = std::vector<pickled*>;  ///< or a tuple, or a set
  using dictionary = std::vector<std::pair<pickled*, pickled*>>;
  struct call {
    pickled* of;
    pickled* arguments;
  };
  struct persistent {
    pickled* id;  ///< of something outside of the pickle
  };
  struct long_whole {
    std::string bytes;  ///< of a whole number beyond 64 bits, the lowest first
  };
  std::variant<none, bool, std::int64_t, double, std::string, list, dictionary, name, call, persistent, long_whole> is;

  template <class T>
  auto as() const -> const T* {
    return std::get_if<T>(&is);
  }
};

class unpickler {
 public:
  explicit unpickler(std::istream& in) : in_(in) {}
  /// The next pickle of the stream, which is left behind it. Throws, without a "who", for what is no pickle, cut off or made in bad faith; memory
  /// grows no faster than what is read.
  auto read() -> const pickled&;

 private:
  auto step(unsigned char code) -> bool;
  auto step_of_text(unsigned char code) -> bool;
  auto byte() -> unsigned char;
  auto whole(int bytes) -> std::uint64_t;
  auto bytes(std::uint64_t n) -> std::string;
  auto line() -> std::string;
  auto long_number(std::uint64_t n) -> pickled*;

  auto make(auto value) -> pickled*;
  auto push(pickled* p) -> void { stack_.push_back(p); }
  auto pop() -> pickled*;
  auto top() -> pickled&;
  auto since_mark() -> pickled::list;
  auto tuple(std::size_t n) -> void;
  auto call() -> void;
  auto append(const pickled::list& items) -> void;
  auto set_items(const pickled::list& items) -> void;
  auto recall(std::uint64_t number) -> void;

  std::istream& in_;
  std::deque<pickled> all_;
  std::vector<pickled*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, pickled*> memo_;
};

}  // namespace seegrad::nn::detail
