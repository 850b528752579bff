"""Warm kernels: ordinary ipykernels, forked from a process that has imported everything already.

The kernelspec ``halfsky-warm`` (installed with the package) names the provisioner of this room, so
that papermill, nbclient, nbconvert, nbval and JupyterLab start such kernels by that name. Where a
fork will not do, the ordinary kernel starts, and a warning says once why.

A batch of reports, its slots being threads, uses them like this::

    with Batch(environment(workspace)) as batch:   # the server begins to import at once
        ...                                        # plan, meanwhile
        with batch.kernel(folder) as kernel:       # in any thread, one a report
            nb = papermill.execute_notebook(nb, None, parameters=..., **kernel.options)

``folder`` is where the notebook works. Leaving the inner block ends the kernel with all that it
started; leaving the outer one ends all.
"""

from helpers.reports.kernels.batch import Batch, BatchKernel, environment

__all__ = ["Batch", "BatchKernel", "environment"]
