"""URLs of signing in, under /admin/."""

from django.contrib import admin
from django.urls import path

from meetings.sign_in import views

guard = admin.site.admin_view

urlpatterns = [
    path("second-step/", views.use_second_factor, name="second-factor"),
    path("second-step/set-up/", views.choose_factor, name="set-up-factor"),
    path("second-step/set-up/app/", views.set_up_app, name="set-up-app"),
    path("second-step/set-up/passkey/", views.set_up_passkey, name="set-up-passkey"),
    path("forgotten-password/", views.ask_for_link, name="forgotten-password"),
    path("set-password/<uidb64>/<token>/", views.SetPasswordView.as_view(), name="set-password"),
    path("session/", views.show_session, name="session"),
    path("your-sign-in/", guard(views.show_own_sign_in), name="your-sign-in"),
    path("your-sign-in/recovery-codes/", guard(views.renew_recovery_codes), name="renew-recovery-codes"),
    path("your-sign-in/factors/<int:key>/remove/", guard(views.remove_own_factor), name="remove-factor"),
    path("your-sign-in/sessions/end/", guard(views.end_own_sessions), name="end-sessions"),
    # This must come before the admin's own URL.
    path("password_change/", guard(views.OwnPasswordView.as_view(), cacheable=True), name="change-password"),
]
