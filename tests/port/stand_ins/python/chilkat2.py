"""The stand-in for the module chilkat2: `Http`, and properties such as `http.AuthToken`."""

import chilkat_core as core

MODULE = {}


class Plain:
    MODULE = MODULE

    def __getattr__(self, name):
        if name in self.DEFAULTS:
            return self.read(name)
        if not hasattr(type(self), "do_" + name):
            raise AttributeError(f"{self.CLASS} has no {name} here")
        return self.recorded(name)

    def __setattr__(self, name, value):
        if name not in self.DEFAULTS:
            raise AttributeError(f"{self.CLASS} has no {name} here")
        self.write(name, value)


for of in core.CLASSES:
    MODULE[of.CLASS] = type(of.CLASS, (Plain, of), {})
    globals()[of.CLASS] = MODULE[of.CLASS]
