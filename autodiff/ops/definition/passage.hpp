#pragma once
// A text that is made of texts. What a paragraph uses twice is one passage with two places, so that a function can compute it once.

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace seegrad {

struct operation;

/// How strongly a text holds together, from the weakest.
enum class strength { choice, sum, product, prefix, atom };

struct passage {
  /// Words of its own, or a passage inside, which stands in brackets if it is weaker than `at_least`.
  struct part {
    std::string words;
    std::shared_ptr<const passage> inner = nullptr;
    strength at_least = strength::choice;
    bool perhaps = false;  ///< computed only if a condition says so
  };

  std::vector<part> parts;
  strength holds = strength::atom;
  const operation* own = nullptr;  ///< the operation whose own function it calls
  bool is_condition = false;

  using names = std::map<const passage*, std::string>;
  /// In which passages that have names are called by them.
  auto text(const names& known = {}) const -> std::string;
  /// The operations whose own functions it calls, each once, in the order of the text.
  auto calls() const -> std::vector<const operation*>;
};

}  // namespace seegrad
