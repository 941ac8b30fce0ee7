#pragma once
// What the tests of nn/see/ share: a folder that goes away, and other programs' eyes.

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../scratch_folder.hpp"

/// Throws if the text is not well-formed.
inline auto xml(const std::string& text) -> boost::property_tree::ptree {
  std::istringstream in(text);
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}
/// The text of all elements of this name, wherever they are.
inline auto texts(const boost::property_tree::ptree& tree, const std::string& name) -> std::vector<std::string> {
  std::vector<std::string> all;
  for (const auto& [key, child] : tree) {
    if (key == name) all.push_back(child.data());
    for (auto& t : texts(child, name)) all.push_back(std::move(t));
  }
  return all;
}

/// Another search path for programs, until the end of the scope.
class search_path {
 public:
  explicit search_path(const std::string& path) : before_(std::getenv("PATH") ? std::getenv("PATH") : "") {
    ::setenv("PATH", path.c_str(), 1);
  }
  ~search_path() { ::setenv("PATH", before_.c_str(), 1); }
  search_path(const search_path&) = delete;
  auto operator=(const search_path&) -> search_path& = delete;

 private:
  std::string before_;
};
