"""What a data folder's tables must be, one kind of fault a module; `helpers.data.check` calls
them all."""
