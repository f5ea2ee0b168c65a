"""The stand-in for the module chilkat: `CkHttp`, `put_AuthToken`, `get_StatusCode`, `lastErrorText`."""

import chilkat_core as core

MODULE = {}


class Decorated:
    MODULE = MODULE

    def __getattr__(self, name):
        if name.startswith("put_"):
            return lambda value: self.write(name[4:], value)
        if name.startswith("get_"):
            return lambda: self.read(name[4:])
        member = name[0].upper() + name[1:]
        if member in self.DEFAULTS:
            return lambda: self.read(member)
        if not hasattr(type(self), "do_" + member):
            raise AttributeError(f"{self.CLASS} has no {member} here")
        return self.recorded(member)


for of in core.CLASSES:
    MODULE[of.CLASS] = type("Ck" + of.CLASS, (Decorated, of), {})
    globals()["Ck" + of.CLASS] = MODULE[of.CLASS]
