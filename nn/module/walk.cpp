#include <nn/module/walk.hpp>

namespace seegrad::nn {

auto path::text() const -> std::string {
  const std::string word = name.empty() ? std::to_string(number) : std::string(name);
  return outer ? outer->text() + "." + word : word;
}

}  // namespace seegrad::nn
