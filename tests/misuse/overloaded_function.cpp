// expect: no matching function for call to|no matching member function
#include "chassis/app/app.hpp"

int find(int id);
int find(std::string name);

void install(chassis::App& app) { app.get("/{a}", find); }
